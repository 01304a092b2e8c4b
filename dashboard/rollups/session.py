"""Start Spark with what must be alike wherever it runs, and tell what it refuses in a sentence."""

import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.rollups.carried import carried
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
    settings = {**_SETTINGS, **given}
    if needs_hive:
        settings["spark.sql.catalogImplementation"] = "hive"
    for name, value in settings.items():
        builder = builder.config(name, value)
    if (master or "").startswith("local"):
        # Another Python of this machine may be of another version.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        spark = (builder.master(master) if master else builder).getOrCreate()
    except (PySparkException, Py4JError, OSError, RuntimeError) as error:
        raise _refused(error, given) from None
    try:
        with carried() as modules:
            spark.sparkContext.addPyFile(str(modules))
            yield spark
    except (PySparkException, Py4JError, OSError) as error:
        raise _refused(error, given) from None
    finally:
        spark.stop()


_NO_PROGRAM = re.compile(r'Cannot run program "([^"]*python[^"]*)"', re.IGNORECASE)
_RAISED = re.compile(r"^\s*(?:\w+\.)*(\w*(?:Error|Exception|Problem))\b", re.MULTILINE)


def _refused(error: Exception, settings: Mapping[str, str]) -> Problem:
    if told := _of_python(str(error)):
        return Problem(told)
    reason = without_credentials(_reason(error), settings)[:300]
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


def _reason(error: Exception) -> str:
    """Give the line of an error that says most: of a failed task the last cause."""
    if "from the Python worker" in str(error) and (raised := _RAISED.findall(str(error))):
        return f"{raised[-1]}, Python"  # what it says besides may hold a cell
    lines = [each.strip() for each in str(error).splitlines() if each.strip()]
    causes = [each for each in lines if each.startswith("Caused by:")]
    return causes[-1] if causes else (lines or [type(error).__name__])[0]


def _of_python(text: str) -> Words | None:
    """Say what keeps the workers' Python from its work, which many lines of a trace hide."""
    here = "{}.{}".format(*sys.version_info)
    if "PYTHON_VERSION_MISMATCH" in text:
        zh, en = "是另一版本", "is of another version"
    elif program := _NO_PROGRAM.search(text):
        zh, en = f"（{program[1]}）不在", f"({program[1]}) is missing"
    else:
        return None
    return Words(
        f"工作节点上的 Python {zh}：各节点须有与此处相同的 Python {here}，不必安装别的；"
        "请用环境变量 PYSPARK_PYTHON 或 --conf spark.pyspark.python=… 指出它在各节点上的位置，再运行同一条命令。",
        f"The workers' Python {en}: each needs Python {here} as here, with nothing installed to it; name its "
        "place there with PYSPARK_PYTHON or --conf spark.pyspark.python=…, and run the same command again.",
    )


def condition(error: PySparkException) -> str:
    """Name what went wrong, as Spark 4 and 3.5 call it."""
    asked = getattr(error, "getCondition", None) or error.getErrorClass
    return asked() or type(error).__name__
