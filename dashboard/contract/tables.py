"""Declare the product's data model, once: every field, every table.

A field is a module constant named after its column; a table lists its columns by field.
``NAMED`` at the end is what the rest of the product reads.
"""

from dashboard.contract.fields import Column, ColumnGroup, Field, ForeignKey, Table
from dashboard.contract.words import Words

W = Words

PIECES = W("个", "count")
DWELLINGS = W("套/间", "dwellings")
TIER_UNITS = W("套、间或张", "flats, rooms or beds")
PERSONS = W("人", "persons")
TIMES = W("人次", "attendances")
SQUARE_METRES = W("平方米", "m²")
SQUARE_KILOMETRES = W("平方公里", "km²")
POINTS = W("分", "points")
YUAN = W("元/月", "CNY a month")
HOUSEHOLDS = W("户", "households")
DEGREES = W("度（WGS-84）", "degrees (WGS-84)")

# Field by field ---------------------------------------------------------------------------

# fmt: off
town_code = Field("town_code", "text", W("街镇代码", "Town code"),
    W("九位代码：闵行区 310112 加三位街镇码。", "Nine digits: Minhang's 310112 and the town's three."))
name_zh = Field("name_zh", "text", W("名称", "Name in Chinese"), W("中文全称。", "Full Chinese name."))
name_en = Field("name_en", "text", W("英文名称", "Name in English"), W("英文名称。", "English name."))
short_name_zh = Field("short_name_zh", "text", W("简称", "Short name"),
    W("地图上使用的中文简称。", "The short Chinese name used on maps."))
short_name_en = Field("short_name_en", "text", W("英文简称", "Short name in English"),
    W("地图上使用的英文简称。", "The short English name used on maps."))
aliases = Field("aliases", "text", W("别名", "Aliases"),
    W("人们也会使用的名称，以分号隔开。", "Other names people type, parted by semicolons."))
town_kind = Field("town_kind", "text", W("街镇类型", "Kind of town"),
    W("镇、街道或工业区。", "Town, sub-district or industrial zone."),
    allowed={
        "town": W("镇", "Town"), "sub_district": W("街道", "Sub-district"),
        "industrial_zone": W("工业区", "Industrial zone"),
    })
area_km2 = Field("area_km2", "number", W("公布面积", "Published area"),
    W("公开来源中的面积；来源之间有出入。", "Area as published; sources differ."), unit=SQUARE_KILOMETRES, minimum=0)
lon = Field("lon", "number", W("经度", "Longitude"), W("位置的经度。", "Longitude of the place."), unit=DEGREES,
    minimum=120.8, maximum=122.2)
lat = Field("lat", "number", W("纬度", "Latitude"), W("位置的纬度。", "Latitude of the place."), unit=DEGREES,
    minimum=30.6, maximum=31.9)
committee_code = Field("committee_code", "text", W("居村代码", "Committee code"),
    W("十二位统计用区划代码。", "The twelve-digit statistical division code."))
committee_kind = Field("committee_kind", "text", W("居村类型", "Kind of committee"),
    W("居民委员会或村民委员会。", "Residents' committee or village committee."),
    allowed={"residents": W("居委会", "Residents' committee"), "village": W("村委会", "Village committee")})
community_code = Field("community_code", "text", W("社区代码", "Community code"),
    W("街镇代码加序号。", "The town's code and a serial number."))
origin = Field("origin", "text", W("数据性质", "Origin"),
    W("published：有公开报道的真实项目（未公布的数值为估计）；sample：示例，纯属虚构；own：您载入的数据。",
      "published: a real project named in public (what is not published of it is estimated); sample: "
      "invented; own: from the files you loaded."),
    allowed={"published": W("具名项目", "Named project"), "sample": W("示例", "Sample"), "own": W("填报", "Reported")})
operator = Field("operator", "text", W("运营方", "Operator"),
    W("负责运营的企业；示例社区为示例运营方。", "The operating firm; invented for sample rows."))
community_kind = Field("community_kind", "text", W("社区类型", "Kind of community"),
    W("新型居住社区的住房类型。", "The kind of housing."),
    allowed={
        "long_rent_apartment": W("长租公寓", "Long-rent apartments"),
        "affordable_rental": W("保障性租赁住房", "Affordable rental housing"),
        "talent_apartment": W("人才公寓", "Talent apartments"),
        "builders_home": W("建管家", "Home for builders and managers"),
        "worker_dormitory": W("员工宿舍", "Worker dormitory"),
    })
is_home = Field("is_home", "boolean", W("建管家", "Home"),
    W("是否为或含有“新时代城市建设者管理者之家”。", "Whether it is or contains a Home for city builders and managers."))
opened_on = Field("opened_on", "date", W("开业日期", "Opened on"),
    W("首批居民入住之日；不详则留空。", "The day the first residents moved in; empty if not known."))
closed_on = Field("closed_on", "date", W("退出日期", "Closed on"),
    W("不再作为新型居住社区之日；空表示仍在。", "The day it left the list; empty if still on it."))
resident_profile = Field("resident_profile", "text", W("居民构成", "Resident profile"),
    W("居民的主要构成。", "Who mostly lives there."),
    allowed={
        "young": W("青年为主", "Mostly young"), "family": W("家庭为主", "Mostly families"),
        "worker": W("一线职工为主", "Mostly workers"), "mixed": W("混合", "Mixed"),
    })
youth_share = Field("youth_share", "share", W("青年占比", "Share of young residents"),
    W("18–35 岁居民所占比例。", "Residents aged 18 to 35 as a share of residents."), minimum=0, maximum=1)
neighbour_committee = Field("neighbour_committee", "text", W("邻近居村", "Neighbouring committee"),
    W("最近的居委会或村委会的名称；不详则留空。", "The name of the nearest residents' or village committee; empty if not known."))
is_inside_boundary = Field("is_inside_boundary", "boolean", W("在居村辖区内", "Inside its boundary"),
    W("是否位于该居委会辖区之内；空为不详。", "Whether it lies inside that committee's boundary; empty if not known."))
neighbour_household_count = Field("neighbour_household_count", "integer", W("该居村户数", "Its households"),
    W("该居村现有的户数，不含本社区。", "The households that committee has now, without this community's."),
    unit=HOUSEHOLDS, minimum=0)
valid_from = Field("valid_from", "date", W("起始日期", "Valid from"), W("状态开始之日。", "First day it holds."))
valid_to = Field("valid_to", "date", W("终止日期", "Valid to"),
    W("状态的最后一日；空表示仍有效。", "Last day it holds; empty while it does."))
coverage_type = Field("coverage_type", "text", W("覆盖类型", "Coverage type"),
    W("社区纳入居村治理还是片区网格。", "Inside committee governance or grid governance."),
    allowed={"committee": W("居村治理", "Committee governance"), "grid": W("片区网格", "Grid governance")})
mode = Field("mode", "text", W("治理模式", "Governance mode"),
    W("《手册》五种模式之一；空为未分类。", "One of the Handbook's five; empty if unclassified."),
    allowed={
        "1": W("居委会（筹备组）", "Residents' committee or preparatory group"),
        "2": W("居村代管", "Managed by a neighbouring committee"),
        "3": W("居村代管（派驻社工站）", "Managed by a neighbour with a social-work station"),
        "4": W("纳入居委会管理", "Part of a residents' committee"),
        "5": W("自治共治", "Self-government fostered by stations"),
    })
leading_organisation = Field("leading_organisation", "text", W("牵头党组织", "Leading Party organisation"),
    W("牵头治理的党组织类型。", "The kind of Party organisation that leads."),
    allowed={
        "community": W("社区党组织", "Community Party organisation"),
        "block": W("街区党组织", "Block Party organisation"), "park": W("园区党组织", "Park Party organisation"),
        "village": W("村党组织", "Village Party organisation"),
    })
organisation_code = Field("organisation_code", "text", W("组织代码", "Organisation code"),
    W("社区代码加组织序号。", "The community's code and a serial number."))
organisation_kind = Field("organisation_kind", "text", W("组织类型", "Kind of organisation"),
    W("党支部或服务站点。", "A Party branch or a station."),
    allowed={
        "party_branch": W("党支部", "Party branch"), "service_station": W("党群服务站", "Party service station"),
        "social_work_station": W("社工站", "Social-work station"),
    })
floor_area_m2 = Field("floor_area_m2", "number", W("阵地面积", "Floor area"),
    W("站点的使用面积。", "Usable floor area of the station."), unit=SQUARE_METRES, minimum=0)
month = Field("month", "month", W("月份", "Month"),
    W("数值为该月末或该月全月。", "Stocks are at its end, flows over the whole of it."))
tier = Field("tier", "text", W("房源层次", "Tier"),
    W("一套房、一间房、一张床；不同层次的数量不可相加。", "Flat, room or bed; counts of different tiers are never added."),
    allowed={
        "flat": W("一套房", "Flat"), "room": W("一间房", "Room"), "bed": W("一张床", "Bed"),
        "unstated": W("层次未分", "Tier not stated"),
    })
# Housing whose tier nobody stated counts in dwellings and residents, and in no tier.
UNSTATED_TIER = "unstated"
stated_tiers = {code: words for code, words in tier.allowed.items() if code != UNSTATED_TIER}
dwelling_count = Field("dwelling_count", "integer", W("房源", "Dwellings"),
    W("套（间）数；按床出租的，计其房间数，故可跨层次相加。",
      "Flats and rooms; where beds are let, the rooms they stand in, so that tiers add up."), unit=DWELLINGS,
    minimum=0)
supply_count = Field("supply_count", "integer", W("建成供应", "Built supply"),
    W("以本层次单位计的建成数。", "What is built, in the tier's own unit."), unit=TIER_UNITS, minimum=0)
available_count = Field("available_count", "integer", W("可租", "Available"),
    W("建成且不在整修中的数量。", "Built and not under refurbishment."), unit=TIER_UNITS, minimum=0)
let_count = Field("let_count", "integer", W("已租", "Let"), W("月末已出租的数量。", "Let at the month's end."),
    unit=TIER_UNITS, minimum=0)
capacity_count = Field("capacity_count", "integer", W("可住人数", "Capacity"),
    W("最多可住人数，用于核查居民数。", "The most who may live there; checks the residents."), unit=PERSONS, minimum=0)
resident_count = Field("resident_count", "integer", W("入住居民", "Residents"),
    W("月末实际居住人数。", "Persons living there at the month's end."), unit=PERSONS, minimum=0)
move_in_count = Field("move_in_count", "integer", W("迁入", "Move-ins"),
    W("当月迁入人数。", "Persons who moved in during the month."), unit=PERSONS, minimum=0)
move_out_count = Field("move_out_count", "integer", W("迁出", "Move-outs"),
    W("当月迁出人数。", "Persons who moved out during the month."), unit=PERSONS, minimum=0)
activity_code = Field("activity_code", "text", W("活动代码", "Activity code"), W("活动的编号。", "Its number."))
held_on = Field("held_on", "date", W("举办日期", "Held on"), W("活动当日。", "The day it was held."))
activity_kind = Field("activity_kind", "text", W("活动类别", "Kind of activity"),
    W("活动的主要内容。", "What it mostly was."),
    allowed={
        "parent_child": W("亲子活动", "Parents and children"), "talk": W("微宣讲", "Short talk"),
        "course": W("夜校课程", "Evening course"), "festival": W("节庆民俗", "Festival custom"),
        "food_fair": W("美食市集", "Food fair"), "arts": W("文艺社团", "Arts club"), "sport": W("体育健身", "Sport"),
        "co_building": W("共建营造", "Co-building"), "consultation": W("议事协商", "Consultation"),
        "service_day": W("便民服务", "Service day"),
    })
domain = Field("domain", "text", W("服务领域", "Service domain"),
    W("社工站三大服务领域之一。", "One of the three domains of service."),
    allowed={
        "basic": W("基本服务", "Basic service"), "professional": W("专业服务", "Professional service"),
        "empowerment": W("社区赋能", "Community empowerment"),
    })
aspect = Field("aspect", "text", W("服务方面", "Service aspect"),
    W("九个方面之一；公开只列出五个，其余不命名。", "One of nine; only five are named in public."),
    allowed={
        "government_services": W("协助政务服务", "Help with government services"),
        "counselling": W("心理咨询", "Counselling"), "youth_guidance": W("青年成长指导", "Guidance for young people"),
        "emergency": W("应急处突干预", "Emergency intervention"),
        "participation": W("激发社区参与", "Encouraging participation"), "unnamed_1": W("未公布方面一", "Unnamed aspect 1"),
        "unnamed_2": W("未公布方面二", "Unnamed aspect 2"), "unnamed_3": W("未公布方面三", "Unnamed aspect 3"),
        "unnamed_4": W("未公布方面四", "Unnamed aspect 4"),
    })
NAMED_ASPECTS = tuple(code for code in aspect.allowed if not code.startswith("unnamed"))
need = Field("need", "text", W("青年需求", "Youth need"),
    W("所对应的青年需求：活动所回应的，提案所提出的；空为不针对。",
      "The youth need that an activity answers or a proposal speaks of; empty if none."),
    allowed={
        "government_services": W("政务服务", "Government services"),
        "business": W("创新创业", "Innovation and business"), "relationships": W("婚恋交友", "Relationships"),
        "culture_sport": W("文体活动", "Culture and sport"),
    })
programme = Field("programme", "text", W("活动品牌", "Programme"),
    W("所属品牌；空为不属任何品牌。", "The programme it belongs to; empty if none."),
    allowed={
        "night_school": W("青年夜校", "Youth night school"), "manager_tea": W("社长下午茶", "Tea with the manager"),
        "summer_food": W("夏日吃货节", "Summer food festival"), "festivals": W("我们的节日", "Our festivals"),
        "garden": W("社区花园", "Community garden"),
    })
is_online = Field("is_online", "boolean", W("线上", "Online"), W("是否线上举办。", "Whether it was held online."))
child_count = Field("child_count", "integer", W("儿童人数", "Children"),
    W("到场儿童人数；儿童只计数。", "Children present; children are only ever counted."), unit=PERSONS, minimum=0)
participant_code = Field("participant_code", "pseudonym", W("参与者假名", "Participant pseudonym"),
    W("加密假名，密钥不在数据中；不含任何个人信息。", "A keyed pseudonym whose key is outside the data; nothing personal."))
is_resident = Field("is_resident", "boolean", W("本社区居民", "Resident here"),
    W("参与者当时是否为举办社区的居民。", "Whether the participant then lived in the community that held it."))
proposal_code = Field("proposal_code", "text", W("提案代码", "Proposal code"), W("提案的编号。", "Its number."))
proposal_category = Field("proposal_category", "text", W("提案类别", "Category of proposal"),
    W("提案所涉及的事项。", "What it is about."),
    allowed={
        "transport": W("交通出行", "Transport"), "facilities": W("设施维修", "Facilities and repair"),
        "environment": W("环境噪声", "Environment and noise"), "safety": W("消防安全", "Safety"),
        "services": W("公共服务", "Public services"), "community_life": W("社区活动", "Community life"),
    })
raised_on = Field("raised_on", "date", W("提出日期", "Raised on"), W("居民提出之日。", "The day it was raised."))
proposal_text = Field("proposal_text", "text", W("提案内容", "What was proposed"),
    W("提案原文，个人信息已隐去；可空。", "In its own words, personal data masked; may be empty."))
accepted_on = Field("accepted_on", "date", W("受理日期", "Accepted on"),
    W("受理之日；空为未受理。", "The day it was accepted; empty if not."))
settled_on = Field("settled_on", "date", W("办结日期", "Settled on"),
    W("办结之日；空为未办结。", "The day it was settled; empty while it is open."))
stage = Field("stage", "text", W("闭环阶段", "Stage in the loop"),
    W("已到达的最远阶段。", "The furthest stage it has reached."),
    allowed={
        "need_raised": W("需求提出", "Need raised"), "resource_matched": W("资源对接", "Resource matched"),
        "platform_built": W("平台搭建", "Platform built"), "self_service": W("自我服务", "Self-service"),
    })
is_reopened = Field("is_reopened", "boolean", W("重启办理", "Reopened"),
    W("办结后又被打开；按未办结计。", "Reopened after it was settled; counts as open."))
responsible_unit = Field("responsible_unit", "text", W("责任单位", "Responsible unit"),
    W("负责办理的单位类型。", "The kind of unit that must act."),
    allowed={
        "operator": W("运营方", "Operator"), "town": W("街镇", "Town"), "committee": W("居村委会", "Committee"),
        "station": W("社工站", "Social-work station"), "department": W("区级部门", "District department"),
    })
rent_cny = Field("rent_cny", "number", W("月租金", "Rent"),
    W("该层次每套、每间或每张床的常见月租金；不详则留空。",
      "What a flat, a room or a bed of this tier usually costs a month; empty if not known."), unit=YUAN, minimum=0)
organiser = Field("organiser", "text", W("组织者", "Organiser"),
    W("由谁组织；居民自己组织的即自我服务。可空。",
      "Who organised it; what residents organise themselves is self-service. May be empty."),
    allowed={
        "residents": W("居民自组织", "Residents themselves"), "station": W("社工站", "Social-work station"),
        "operator": W("运营方", "Operator"), "committee": W("居村委会", "Committee"),
        "department": W("部门或街镇", "Department or town"),
    })
partner_kind = Field("partner_kind", "text", W("合作方类型", "Kind of partner"),
    W("合作方是哪一类，不写名称；空为没有或未记。", "What kind of partner, never its name; empty if none or not recorded."),
    allowed={
        "enterprise": W("企业", "Enterprise"), "school": W("学校", "School or university"),
        "social_organisation": W("社会组织", "Social organisation"),
        "party_league": W("党团组织", "Party or League organisation"),
        "neighbours": W("周边居村", "Neighbouring committee"), "department": W("职能部门", "Government department"),
    })
channel = Field("channel", "text", W("提出渠道", "Channel"),
    W("居民从哪里提出；可空。", "By which way residents raised it; may be empty."),
    allowed={
        "manager_tea": W("社长下午茶", "Tea with the manager"), "qr": W("扫码", "QR code"),
        "hotline": W("12345 热线", "12345 hotline"), "station": W("站点窗口", "At the station"),
        "visit": W("走访", "Visit"), "group": W("线上群", "Online group"), "other": W("其他", "Other"),
    })
outcome_text = Field("outcome_text", "text", W("办理结果", "Outcome"),
    W("一句话说办成了什么，个人信息已隐去；可空。", "In a sentence what was done, personal data masked; may be empty."))
is_replied = Field("is_replied", "boolean", W("已回复居民", "Resident was told"),
    W("结果是否已回复提出的居民；空为未记。", "Whether who raised it was told of the outcome; empty if not recorded."))
space_code = Field("space_code", "text", W("空间代码", "Space code"), W("空间的编号。", "Its number."))
space_kind = Field("space_kind", "text", W("空间类型", "Kind of space"),
    W("居民共用的空间作什么用。", "What a space that residents share is for."),
    allowed={
        "health": W("卫生服务点", "Health point"), "fitness": W("健身", "Fitness"),
        "reading": W("亲子阅读", "Parent-child reading"), "kitchen": W("共享厨房", "Shared kitchen"),
        "theatre": W("小剧场", "Small theatre"), "recording": W("录音室", "Recording room"),
        "yoga": W("瑜伽房", "Yoga room"), "study": W("自习室", "Study room"),
        "activity_room": W("活动室", "Activity room"), "garden": W("花园", "Garden"), "other": W("其他", "Other"),
    })
space_area_m2 = Field("space_area_m2", "number", W("空间面积", "Area of the space"),
    W("使用面积；不详则留空。", "Usable area; empty if not known."), unit=SQUARE_METRES, minimum=0)
voted_on = Field("voted_on", "date", W("表决日期", "Voted on"), W("表决截止之日。", "The day the vote closed."))
vote_question = Field("vote_question", "text", W("表决事项", "Question"),
    W("请居民决定的是什么。", "What residents were asked to decide."))
vote_option = Field("vote_option", "text", W("选项", "Option"), W("其中一个选项。", "One of its options."))
vote_count = Field("vote_count", "integer", W("得票", "Votes"),
    W("投该选项的人数；一人一票。", "How many voted for the option, one vote each."), unit=PERSONS, minimum=0)
voter_count = Field("voter_count", "integer", W("投票人数", "Voters"),
    W("该事项有多少人投票；各选项得票之和不得多于它。",
      "How many voted on the question; its options' votes add up to no more."), unit=PERSONS, minimum=0)
club_code = Field("club_code", "text", W("社团代码", "Club code"), W("社团的编号。", "Its number."))
club_kind = Field("club_kind", "text", W("社团类别", "Kind of club"),
    W("社团做什么。", "What the club does."),
    allowed={
        "arts": W("文艺", "Arts"), "sport": W("体育", "Sport"), "reading": W("读书学习", "Reading and study"),
        "volunteering": W("志愿服务", "Volunteering"), "garden": W("园艺共建", "Gardening"),
        "parent_child": W("亲子", "Parents and children"), "other": W("其他", "Other"),
    })
club_leader = Field("club_leader", "text", W("牵头人类型", "Led by"),
    W("由哪类人牵头，不写姓名；前三类为居民。", "What kind of person leads it, never a name; the first three are residents."),
    allowed={
        "senior": W("学长", "Senior resident"), "talent": W("达人", "Skilled resident"),
        "resident": W("居民", "Resident"), "staff": W("工作人员", "Staff"),
    })
club_member_count = Field("club_member_count", "integer", W("社团成员", "Club members"),
    W("成员人数，只计数；一人可参加几个社团。", "Members, only counted; one person may be in several clubs."),
    unit=PERSONS, minimum=0)
record_kind = Field("record_kind", "text", W("计数项目", "What is counted"),
    W("党员、团员为月末人数，其余为当月数；服务个案只列公开的五个方面。",
      "Party and League members stand at the month's end, all else is of the month; cases in the five "
      "aspects named in public alone."),
    allowed={
        "party_members": W("党员", "Party members"), "league_members": W("团员", "League members"),
        "certificates": W("获得证书", "Certificates"), "courses_finished": W("课程结业", "Courses finished"),
        "jobs_found": W("实现就业", "Jobs found"),
        "case_government_services": W("个案·协助政务服务", "Cases: government services"),
        "case_counselling": W("个案·心理咨询", "Cases: counselling"),
        "case_youth_guidance": W("个案·青年成长指导", "Cases: youth guidance"),
        "case_emergency": W("个案·应急处突干预", "Cases: emergency"),
        "case_participation": W("个案·激发社区参与", "Cases: participation"),
    })
record_count = Field("record_count", "integer", W("人（次）数", "Persons or cases"),
    W("只填合计数，不填名单。", "A total alone, never a list."), unit=PERSONS, minimum=0)
surveyed_on = Field("surveyed_on", "date", W("调查日期", "Surveyed on"), W("调查截止之日。", "The day the survey closed."))
answered_count = Field("answered_count", "integer", W("有效答卷", "Answers"),
    W("有效答卷数；少于 5 份的不收，多于居民的不计入平均。",
      "Valid answers; fewer than 5 are not taken, more than residents are left out of means."),
    unit=PERSONS, minimum=0)
mean_score = Field("mean_score", "number", W("归属感平均分", "Mean score of belonging"),
    W("各份答卷归属感得分的平均，最低 1 分。", "The mean of the answers' scores of belonging; the lowest is 1."),
    unit=POINTS, minimum=1)
score_scale = Field("score_scale", "integer", W("满分", "Highest score"),
    W("所用量表的最高分，如 5 或 10。", "The scale's highest score, such as 5 or 10."), unit=POINTS, minimum=2, maximum=100)
target_code = Field("target_code", "text", W("目标代码", "Target code"), W("目标的编号。", "Its number."))
target_kind = Field("target_kind", "text", W("目标性质", "Kind of target"),
    W("计划目标、努力目标或预计。", "A plan, an aim or a forecast."),
    allowed={"plan": W("计划", "Plan"), "aim": W("力争", "Aim"), "forecast": W("预计", "Forecast")})
due_on = Field("due_on", "date", W("期限", "Due on"), W("应达到之日。", "The day it falls due."))
target_count = Field("target_count", "integer", W("目标数", "Target"),
    W("以本层次单位计的目标。", "The target, in the tier's own unit."), unit=TIER_UNITS, minimum=0)
target_indicator = Field("target_indicator", "text", W("指标", "Indicator"),
    W("指标的名称或代码，见口径页。", "The indicator's name or code, as on the page of definitions."))
target_place = Field("target_place", "text", W("目标范围", "Target for"),
    W("全区、所载全部、每个街镇、每个社区，或某个街镇、某个社区的名称；只载入一部分时，全区的目标不作比较。",
      "The district, all that was loaded, each town, each community, or the name of one of them; of part of the district, nothing is held against the district's."))
target_bound = Field("target_bound", "text", W("要求", "Requirement"),
    W("不低于或不高于目标值；不填时，流动、超期一类越低越好的指标按不高于，其余按不低于。",
      "At least or at most the value; not given, at most for indicators that are better low, such as turnover, else at least."),
    allowed={"at_least": W("不低于", "At least"), "at_most": W("不高于", "At most")})
target_value = Field("target_value", "number", W("目标值", "Target value"),
    W("以该指标的单位计；百分数填 80% 或 80。", "In the indicator's own unit; 80% or 80 for percentages."), minimum=0)
due_month = Field("due_month", "month", W("到期月份", "Due month"),
    W("应在这个月的月末达到。", "To be reached by the end of this month."))
set_by = Field("set_by", "text", W("制定单位", "Set by"),
    W("定下目标的单位，不填个人。", "The body that set the target, not a person."))
target_basis = Field("target_basis", "text", W("依据", "Basis"),
    W("文件或会议，如年度工作要点。", "The document or meeting, such as the year's work plan."))
figure_id = Field("figure_id", "text", W("数字编号", "Figure id"), W("公开数字的编号。", "Its number."))
subject = Field("subject", "text", W("对象", "Subject"), W("数字说的是什么。", "What it is about."))
published_measure = Field("published_measure", "text", W("公布指标", "Published measure"),
    W("来源中的指标，以英文短名记。", "The measure in the source, as a short English name."))
published_value = Field("published_value", "text", W("公布值", "Published value"),
    W("按来源记录的数值或文字。", "The number or word as the source has it."))
published_unit = Field("published_unit", "text", W("公布单位", "Published unit"),
    W("来源所用单位。", "The unit in the source."))
qualifier = Field("qualifier", "text", W("限定", "Qualifier"), W("数值的精确程度。", "How exact it is."),
    allowed={
        "exact": W("确数", "exact"), "about": W("约", "about"), "at_least": W("余", "at least"),
        "planned": W("计划", "planned"),
    })
as_of = Field("as_of", "text", W("时点", "As of"), W("来源给出的时点，精度不一。", "As precise as the source is."))
place = Field("place", "text", W("范围", "Place"), W("数字所指范围。", "The place it is about."))
source_title = Field("source_title", "text", W("来源", "Source"), W("页面或文章标题。", "Title of the page."))
source_url = Field("source_url", "text", W("网址", "Address"), W("来源网址，如有。", "Its address, if known."))
published_on = Field("published_on", "text", W("发布日期", "Published on"), W("来源发布日期。", "Its date."))
confidence = Field("confidence", "text", W("可信度", "Confidence"), W("来源的可靠程度。", "How good the source is."),
    allowed={"high": W("高", "high"), "medium": W("中", "medium"), "low": W("低", "low")})
note = Field("note", "text", W("说明", "Note"), W("需要知道的限制。", "What one should know."))
control_code = Field("control_code", "text", W("校准编号", "Control code"), W("校准项的编号。", "Its number."))
measure = Field("measure", "text", W("对应计数", "Measure"),
    W("district_by_month 中的列名。", "The column of district_by_month it is held against."))
rounding = Field("rounding", "integer", W("公布精度", "Rounding"),
    W("公布值的取整单位。", "The unit to which the published value is rounded."), minimum=1)
report_code = Field("report_code", "text", W("报道编号", "Report code"), W("报道的编号。", "Its number."))
reported_rooms = Field("reported_rooms", "integer", W("报道房源数", "Reported dwellings"),
    W("报道中的套（间）数。", "Dwellings, as reported."), unit=DWELLINGS, minimum=0)
reported_beds = Field("reported_beds", "integer", W("报道床位数", "Reported beds"),
    W("报道中的床位数。", "Beds, as reported."), unit=W("张", "beds"), minimum=0)
reported_residents = Field("reported_residents", "integer", W("报道居民数", "Reported residents"),
    W("报道中的居民数。", "Residents, as reported."), unit=PERSONS, minimum=0)
reported_opened_on = Field("reported_opened_on", "text", W("报道开业时间", "Reported opening"),
    W("报道中的开业时间，精度不一。", "As precise as the report is."))
reported_occupancy_pct = Field("reported_occupancy_pct", "number", W("报道入住率", "Reported occupancy"),
    W("报道中的入住率。", "Occupancy, as reported."), unit=W("%", "%"), minimum=0, maximum=100)
governance_note = Field("governance_note", "text", W("治理情况", "Governance"),
    W("报道中的治理情况。", "What the report says of its governance."))
# fmt: on


def _of(*fields: Field, nullable: tuple[Field, ...] = ()) -> tuple[Column, ...]:
    return tuple(Column(each, nullable=each in nullable) for each in fields)


SAMPLE_SOURCE = W(
    "随机种子生成的示例数据，按公开数字校准",
    "Sample made from a seed, calibrated to published figures",
)
SAMPLE_CAVEAT = W(
    "示例数据：除公开的控制总数与具名项目外均为虚构，街镇合计未曾公布。",
    "Sample data: invented but for the published totals and named projects; "
    "no town total has been published.",
)
FACTS_SOURCE = W("公开网页整理", "Gathered from public pages")
FACTS_CAVEAT = W("来源之间有时不一致，两者都保留。", "Sources sometimes conflict; both are kept.")

# Who usually has what is our own reading of who does which work; no source lists it.
HOUSING_OFFICE = W("区房管局", "the district's housing office")
TOWN_OFFICES = W("街镇", "the towns")
PARTY_OFFICE = W("区委组织部、街镇", "the Party's organisation department, the towns")
OPERATORS = W("运营方、区房管局", "the operators, the district's housing office")
STATIONS = W("社工站、街镇", "the social-work stations, the towns")

# fmt: off
TOWN = Table("town", W("街镇", "Towns"), W("每行是一个街镇级单位。", "Each row is a town-level unit."),
    _of(town_code, name_zh, name_en, short_name_zh, short_name_en, aliases, town_kind, area_km2, lon, lat,
      nullable=(aliases,)), ("town_code",), FACTS_SOURCE,
    W("面积来源不一；中心点为约略位置。", "Areas differ between sources; centres are rough."))

COMMITTEE = Table("committee", W("居村委会", "Committees"),
    W("每行是一个居委会或村委会。", "Each row is a residents' or village committee."),
    _of(committee_code, name_zh, town_code, committee_kind), ("committee_code",),
    W("国家统计局统计用区划代码（2023）", "National Bureau of Statistics division codes, 2023"),
    W("仅名称与代码，无位置。", "Names and codes only, no locations."), (ForeignKey("town_code", "town"),))

COMMUNITY = Table("community", W("社区", "Communities"),
    W("每行是一个新型居住社区。", "Each row is a new-type residential community."),
    _of(community_code, name_zh, name_en, aliases, town_code, origin, operator, community_kind, is_home,
      opened_on, closed_on, resident_profile, youth_share, lon, lat, neighbour_committee, is_inside_boundary,
      neighbour_household_count,
      nullable=(aliases, operator, opened_on, closed_on, resident_profile, youth_share, lon, lat,
                neighbour_committee, is_inside_boundary, neighbour_household_count)),
    ("community_code",), SAMPLE_SOURCE, SAMPLE_CAVEAT, (ForeignKey("town_code", "town"),), is_sample=True,
    held_by=HOUSING_OFFICE)

GOVERNANCE = Table("governance", W("治理沿革", "Governance history"),
    W("每行是一个社区在一段时间内的治理安排。", "Each row is one community's governance over a span of days."),
    _of(community_code, valid_from, valid_to, coverage_type, mode, leading_organisation, origin,
      nullable=(valid_to, mode, leading_organisation)), ("community_code", "valid_from"), SAMPLE_SOURCE,
    SAMPLE_CAVEAT, (ForeignKey("community_code", "community"),), is_sample=True, held_by=TOWN_OFFICES)

ORGANISATION = Table("organisation", W("组织与站点", "Organisations and stations"),
    W("每行是社区内的一个党支部或服务站点。", "Each row is a Party branch or a station in a community."),
    _of(organisation_code, community_code, organisation_kind, valid_from, valid_to, floor_area_m2, origin,
      nullable=(valid_to, floor_area_m2)), ("organisation_code",), SAMPLE_SOURCE, SAMPLE_CAVEAT,
    (ForeignKey("community_code", "community"),), is_sample=True, held_by=PARTY_OFFICE)

OCCUPANCY = Table("occupancy", W("月度入住", "Monthly occupancy"),
    W("每行是一个社区一个月一个层次的房源与居民。", "Each row is one tier's housing and residents in one community in one month."),
    _of(community_code, month, tier, dwelling_count, supply_count, available_count, let_count, capacity_count,
      resident_count, move_in_count, move_out_count, rent_cny,
      nullable=(dwelling_count, supply_count, available_count, let_count, capacity_count, resident_count,
                move_in_count, move_out_count, rent_cny)),
    ("community_code", "month", "tier"), SAMPLE_SOURCE,
    SAMPLE_CAVEAT, (ForeignKey("community_code", "community"),), is_sample=True, held_by=OPERATORS)

ACTIVITY = Table("activity", W("活动", "Activities"), W("每行是一场活动。", "Each row is one activity held."),
    _of(activity_code, community_code, held_on, activity_kind, domain, aspect, need, programme, is_online,
      child_count, organiser, partner_kind,
      nullable=(domain, aspect, need, programme, child_count, organiser, partner_kind)), ("activity_code",), SAMPLE_SOURCE, SAMPLE_CAVEAT,
    (ForeignKey("community_code", "community"),), is_sample=True, held_by=STATIONS)

ATTENDANCE = Table("attendance", W("参与", "Attendances"),
    W("每行是一人参加一场活动。", "Each row is one person's attendance at one activity."),
    _of(activity_code, participant_code, is_resident), ("activity_code", "participant_code"), SAMPLE_SOURCE,
    SAMPLE_CAVEAT, (ForeignKey("activity_code", "activity"),), is_sample=True, held_by=STATIONS)

PROPOSAL = Table("proposal", W("提案", "Proposals"), W("每行是一件社区提案。", "Each row is one community proposal."),
    _of(proposal_code, community_code, proposal_category, need, raised_on, accepted_on, settled_on, stage,
      is_reopened, responsible_unit, proposal_text, channel, outcome_text, is_replied,
      nullable=(need, accepted_on, settled_on, stage, proposal_text, channel, outcome_text, is_replied)),
    ("proposal_code",), SAMPLE_SOURCE, SAMPLE_CAVEAT, (ForeignKey("community_code", "community"),),
    is_sample=True, held_by=TOWN_OFFICES)

SPACE = Table("space", W("共享空间", "Shared spaces"),
    W("每行是社区内一处居民共用的空间。", "Each row is a space that a community's residents share."),
    _of(space_code, community_code, space_kind, space_area_m2, valid_from, valid_to,
      nullable=(space_area_m2, valid_to)), ("space_code",), SAMPLE_SOURCE, SAMPLE_CAVEAT,
    (ForeignKey("community_code", "community"),), is_sample=True, is_optional=True, held_by=STATIONS)

SPACE_VOTE = Table("space_vote", W("空间表决", "Votes on spaces"),
    W("每行是一次表决的一个选项。", "Each row is one option of one vote."),
    _of(community_code, voted_on, vote_question, vote_option, vote_count, voter_count),
    ("community_code", "voted_on", "vote_question", "vote_option"), SAMPLE_SOURCE, SAMPLE_CAVEAT,
    (ForeignKey("community_code", "community"),), is_sample=True, is_optional=True, held_by=STATIONS)

CLUB = Table("club", W("社团", "Clubs"), W("每行是社区内的一个社团。", "Each row is one club in a community."),
    _of(club_code, community_code, club_kind, club_leader, club_member_count, valid_from, valid_to,
      nullable=(valid_to,)), ("club_code",), SAMPLE_SOURCE, SAMPLE_CAVEAT,
    (ForeignKey("community_code", "community"),), is_sample=True, is_optional=True, held_by=STATIONS)

MONTHLY_RECORD = Table("monthly_record", W("月度计数", "Monthly records"),
    W("每行是一个社区一个月的一项计数。", "Each row is one count of one community in one month."),
    _of(community_code, month, record_kind, record_count), ("community_code", "month", "record_kind"),
    SAMPLE_SOURCE, SAMPLE_CAVEAT, (ForeignKey("community_code", "community"),), is_sample=True, is_optional=True, held_by=STATIONS)

BELONGING_SURVEY = Table("belonging_survey", W("归属感调查", "Belonging surveys"),
    W("每行是一个社区的一次调查。", "Each row is one survey of one community."),
    _of(community_code, surveyed_on, answered_count, mean_score, score_scale),
    ("community_code", "surveyed_on"), SAMPLE_SOURCE, SAMPLE_CAVEAT,
    (ForeignKey("community_code", "community"),), is_sample=True, is_optional=True, held_by=STATIONS)

PUBLISHED_FIGURE = Table("published_figure", W("公开数字", "Published figures"),
    W("每行是一个来源公布的一个数字。", "Each row is one figure as one source published it."),
    _of(figure_id, subject, published_measure, published_value, published_unit, qualifier, as_of, place,
      source_title, source_url, published_on, confidence, note,
      nullable=(as_of, source_url, published_on, note)), ("figure_id",), FACTS_SOURCE, FACTS_CAVEAT)

SUPPLY_TARGET = Table("supply_target", W("供应目标", "Supply targets"),
    W("每行是一个层次的一个目标或预计。", "Each row is one target or forecast for one tier."),
    _of(target_code, tier, target_kind, due_on, target_count, figure_id), ("target_code",), FACTS_SOURCE,
    FACTS_CAVEAT, (ForeignKey("figure_id", "published_figure"),))

TARGET = Table("target", W("目标", "Targets"),
    W("每行是一个指标在一处、到某月的一个目标。", "Each row is a target for one indicator in one place by one month."),
    _of(target_indicator, target_place, due_month, target_bound, target_value, set_by, target_basis,
      nullable=(target_basis,)), ("target_indicator", "target_place", "due_month"),
    W("制定单位", "The body that set it"),
    W("只有填报的目标；没有目标的指标不评状态。", "Reported targets alone; without a target no state is told."),
    is_optional=True, held_by=TOWN_OFFICES)

CONTROL_TOTAL = Table("control_total", W("校准项", "Control totals"),
    W("每行把一个公开数字对应到本系统某月的一个计数。", "Each row holds one published figure against one count of one month."),
    _of(control_code, figure_id, measure, month, rounding), ("control_code",), FACTS_SOURCE,
    W("547 个社区一组来自未注明日期的页面，对应 2025-12 是推断。",
      "The figures around 547 communities stand on an undated page; 2025-12 is inferred."),
    (ForeignKey("figure_id", "published_figure"),))

PROJECT_REPORT = Table("project_report", W("项目报道", "Reports of named projects"),
    W("每行是一个来源对一个具名项目的说法。", "Each row is what one source says of one named project."),
    _of(report_code, community_code, name_zh, reported_rooms, reported_beds, reported_residents,
      reported_opened_on, reported_occupancy_pct, governance_note, source_title, source_url, published_on,
      confidence, note,
      nullable=(community_code, reported_rooms, reported_beds, reported_residents, reported_opened_on,
                reported_occupancy_pct, governance_note, source_url, published_on, note)),
    ("report_code",), FACTS_SOURCE, FACTS_CAVEAT, (ForeignKey("community_code", "community"),))
# fmt: on

# In load order: a table stands after those its foreign keys lead to.
TABLES: tuple[Table, ...] = (
    TOWN, COMMITTEE, COMMUNITY, GOVERNANCE, ORGANISATION, OCCUPANCY, ACTIVITY, ATTENDANCE,
    PROPOSAL, SPACE, SPACE_VOTE, CLUB, MONTHLY_RECORD, BELONGING_SURVEY, PUBLISHED_FIGURE, SUPPLY_TARGET,
    TARGET, CONTROL_TOTAL, PROJECT_REPORT,
)  # fmt: skip
NAMED: dict[str, Table] = {table.name: table for table in TABLES}

# Columns that may be left out and that figures rest on; who has them is our own reading too.
COLUMN_GROUPS: tuple[ColumnGroup, ...] = (
    ColumnGroup("community", ("lon", "lat"), W("位置", "Places"), HOUSING_OFFICE),
    ColumnGroup("community", ("opened_on",), W("开业日期", "Opening dates"), OPERATORS),
    ColumnGroup("community", ("operator",), W("运营方", "Operators"), HOUSING_OFFICE),
    ColumnGroup("community", ("is_inside_boundary",), W("居村辖区内外", "Inside a committee's boundary"), TOWN_OFFICES),
    ColumnGroup("community", ("neighbour_committee", "neighbour_household_count"), W("邻近居村", "Neighbouring committees"),
                TOWN_OFFICES),
    ColumnGroup("governance", ("leading_organisation",), W("牵头党组织", "Leading organisations"), PARTY_OFFICE),
    ColumnGroup("occupancy", ("tier",), W("房源层次", "Tiers"), OPERATORS),
    ColumnGroup("occupancy", ("dwelling_count",), W("房源", "Dwellings"), HOUSING_OFFICE),
    ColumnGroup("occupancy", ("resident_count",), W("居民", "Residents"), OPERATORS),
    ColumnGroup("occupancy", ("supply_count",), W("建成供应", "Built supply"), HOUSING_OFFICE),
    ColumnGroup("occupancy", ("available_count", "let_count"), W("可租与已租", "Available and let"), OPERATORS),
    ColumnGroup("occupancy", ("move_in_count", "move_out_count"), W("迁入与迁出", "Move-ins and move-outs"), OPERATORS),
    ColumnGroup("occupancy", ("rent_cny",), W("月租金", "Rents"), OPERATORS),
    ColumnGroup("organisation", ("floor_area_m2",), W("阵地面积", "Floor areas"), STATIONS),
    ColumnGroup("activity", ("organiser",), W("组织者", "Organisers"), STATIONS),
    ColumnGroup("activity", ("aspect", "domain"), W("服务领域与方面", "Domains and aspects"), STATIONS),
    ColumnGroup("proposal", ("stage",), W("闭环阶段", "Stages"), STATIONS),
    ColumnGroup("proposal", ("is_replied",), W("已回复居民", "Replies"), TOWN_OFFICES),
)  # fmt: skip


def is_of_persons(table: Table) -> bool:
    """Tell whether each row of a table is of one person."""
    return any(column.field.type == "pseudonym" for column in table.columns)
