"""Name what places do, and say what stands above the page."""

from dashboard.insight.headline import Headline
from dashboard.language import Say


def mechanisms(say: Say) -> dict[str, str]:
    """Name what places do, as columns of a comparison."""
    return {
        "branch": say("党支部"),
        "preparatory_group": say("居委会筹备组"),
        "service_station": say("党群服务站"),
        "social_work_station": say("社工站"),
        "vote": say("空间投票"),
        "proposals": say("居民提案"),
        "loop": say("需求到自我服务"),
        "clubs": say("社团、学长"),
        "night_school": say("青年夜校"),
        "festivals": say("节庆活动"),
        "shared_space": say("共享空间"),
        "volunteering": say("志愿服务"),
    }


def cases_headline(say: Say, *, places: int, published: int, ours: int) -> Headline:
    """Say how much is told, and how much of it is our own reading."""
    return Headline(
        say(
            "{places} 处有公开报道的社区：{published} 条内容可查来源，{ours} 条可借鉴",
            places=places, published=published, ours=ours,
        ),
        say("“公开”逐条注明来源和时点；“我们的理解”是读后的建议，未曾公布。"),
    )  # fmt: skip
