"""Find out that a folder is not the same on all of the cluster, before anything is written to it."""

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.rollups.places import Place

_TRIED = "_reach"


def check_reach(spark: SparkSession, place: Place) -> None:
    """Have each worker write to the folder and read that back; raises Problem where some is missing.

    Where hosts have folders of one name each writes into its own, and nobody reports it.
    """
    parts = spark.sparkContext.defaultParallelism * 2
    spark.range(0, parts, 1, parts).write.mode("overwrite").parquet(place.of(_TRIED))
    try:
        seen = spark.read.schema("id bigint").parquet(place.of(_TRIED)).count()
    except PySparkException:  # a file that only this machine has
        seen = 0
    place.remove(_TRIED)
    if seen != parts:
        raise Problem(
            Words(
                f"{place.shown} 在集群各节点与本机上不是同一个文件夹（写入 {parts} 份，读回 {seen} 份）："
                "请换成 HDFS、对象存储或各节点同样挂载的共享文件夹。",
                f"{place.shown} is not one folder on all of the cluster and here (of {parts} parts written, "
                f"{seen} were read back): name one on HDFS, an object store or a share that all have mounted.",
            )
        )
