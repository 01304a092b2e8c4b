"""Start Spark with what must be alike wherever it runs, and tell what it refuses in a sentence."""

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.paths import ROOT
from dashboard.rollups.places import without_credentials

_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.sql.legacy.timeParserPolicy": "CORRECTED",
    "spark.sql.sources.partitionOverwriteMode": "static",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
}

# It would print whole plans, which name places and settings.
logging.getLogger("DataFrameQueryContextLogger").setLevel(logging.CRITICAL)


@contextmanager
def session(
    master: str | None, given: Mapping[str, str], *, needs_hive: bool
) -> Iterator[SparkSession]:
    """Start Spark, and turn what it refuses into a Problem without any credentials."""
    builder = SparkSession.builder.appName("roll-ups")
    settings = {**_SETTINGS, "spark.executorEnv.PYTHONPATH": str(ROOT), **given}
    if needs_hive:
        settings["spark.sql.catalogImplementation"] = "hive"
    for name, value in settings.items():
        builder = builder.config(name, value)
    if (master or "").startswith("local"):
        # Workers of this machine need the packages of the Python that runs this.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        spark = (builder.master(master) if master else builder).getOrCreate()
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        raise _refused(error, given) from None
    try:
        yield spark
    except (PySparkException, Py4JError, OSError) as error:
        raise _refused(error, given) from None
    finally:
        spark.stop()


def _refused(error: Exception, settings: Mapping[str, str]) -> Problem:
    lines = [each.strip() for each in str(error).splitlines() if each.strip()]
    # Of a failed task the last cause says most.
    causes = (
        [each for each in lines if each.startswith("Caused by:")] or lines or [type(error).__name__]
    )
    reason = without_credentials(
        causes[-1] if len(causes) > 1 and "Caused by" in causes[-1] else causes[0], settings
    )[:300]
    if "No space left" in str(error):
        return Problem(
            Words(
                "集群或目标位置的磁盘已满：请腾出空间后再运行同一条命令，已做完的汇总不会重做。",
                "A disk of the cluster or of the target is full: make room and run the same command "
                "again; finished roll-ups are not made again.",
            )
        )
    return Problem(
        Words(
            f"Spark 未能完成（{reason}）：请核对 --master、位置与权限（本机需有 Java 17 或 21），再运行同一条命令；"
            "已做完的汇总不会重做。",
            f"Spark did not finish ({reason}): check --master, the places and their rights (Java 17 or 21 is "
            "needed here), and run the same command again; finished roll-ups are not made again.",
        )
    )


def condition(error: PySparkException) -> str:
    """Name what went wrong, as Spark 4 and 3.5 call it."""
    asked = getattr(error, "getCondition", None) or error.getErrorClass
    return asked() or type(error).__name__
