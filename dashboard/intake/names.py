"""Know persons' names in running Chinese text by what stands around them.

A name is known by its surname together with a title, a verb of telling, or a word that says that
a name follows. One that stands in a sentence without any of these can't be told from other words:
nobody may rely on texts being free of names.
"""

import re

# The commonest surnames, four in five persons; those that begin everyday words are left out.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
    "贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范石姚谭廖邹熊金陆郝孔崔康毛邱秦江史顾侯邵孟龙万段雷"
    "钱汤尹黎易常武乔贺赖龚施陶洪翁严倪殷章鲁葛俞翟葛聂焦闵祝柴詹"
)
_DOUBLE = "欧阳|司徒|慕容|诸葛|上官|司马|夏侯|皇甫|尉迟|令狐|宇文|长孙"
# After 小 and 老 only surnames that make no word with them: 小高层, 小范围, 小于, 老年.
_FAMILIAR = (
    "王李张刘陈杨赵周吴徐孙胡朱郭罗梁宋郑谢韩唐冯董肖曹袁邓许沈曾彭吕蒋蔡丁魏薛潘姜姚谭邹陆邵顾"
)
_SURNAME = f"(?:{_DOUBLE}|[{_SURNAMES}])"
# What a given name does not hold: the endings of places, offices and things.
_GIVEN = r"(?:(?![镇区街村路楼层部委社站员司院校店边民方家人间处门年月日车房厅桥浦桩梯的了在是和与])[\u4e00-\u9fff])"
_TITLES = (
    "先生|女士|小姐|太太|阿姨|叔叔|伯伯|爷爷|奶奶|大爷|大妈|大姐|大哥|师傅|同志|同学|老师|老伯|老人家"
    "|婆婆|大叔|老板|律师|博士|教授|警官|委员|大夫|医生|经理|主任|书记|站长|队长|会长|社长|管家|社工"
)
_TELLS = "反映|反应|提出|来电|致电|投诉|表示|建议|要求|希望|报修|咨询|求助|认为|发言|说|称"
_LABELS = (
    "姓名|联系人|提案人|提出人|反映人|投诉人|申请人|报修人|填表人|填报人|负责人|经办人|签名|署名|落款"
    "|居民|住户|业主|租客|租户|志愿者|楼组长|网格员|房东|户主|车主|店主|当事人|代表|党员|家属|家长"
)
_END = r"(?![\u4e00-\u9fff])"

# Everyday words that begin as a surname does.
_NO_NAME = "(?!马上|高兴|高中|常年|常常|万一|任何|金额|金牌|周末|周[一二三四五六日边围]|陆续|陈旧|祝愿|祝大|许多|于是|康复|钱款|钱包)"
_NAME = rf"{_NO_NAME}{_SURNAME}(?: ?{_GIVEN}){{1,2}}"
_CONTACT = "电话|手机|微信|联系方式|身份证|证件|家住|住在"

# 联系人：王小明, 联系人：王 小 明
LABELLED = re.compile(
    rf"(?:{_LABELS})\s{{0,2}}[:：]\s{{0,2}}([\u4e00-\u9fff](?:[ ·]?[\u4e00-\u9fff]){{1,3}}){_END}"
)
PATTERNS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        # 住户王小明反映
        rf"(?:{_LABELS}|联系|转告|找)({_NAME})(?={_TELLS}|{_END})",
        # 我叫王小明，本人张三
        rf"(?:我叫|名叫|叫做|本人|我是)({_NAME})",
        r"(?:我叫|名叫)([\u4e00-\u9fff·]{2,4})" + _END,
        # 免贵姓王, 张姓居民
        rf"姓({_SURNAME}){_END}",
        rf"({_SURNAME})(?=姓(?:居民|住户|业主|租客|先生|女士))",
        # 王小明先生, 李阿姨
        rf"({_NO_NAME}{_SURNAME}{_GIVEN}{{0,2}})(?={_TITLES})",
        rf"(?<![\u4e00-\u9fff])({_SURNAME})(?=[总工](?![\u4e00-\u9fff]|$)|总(?:说|的|来))",
        # 501王小明家: whose home it is
        rf"(?<![\u4e00-\u9fff])({_NAME})(?=家(?![园庭具电长属人]))",
        # 王小明反映, where no word runs on before it
        rf"(?<![\u4e00-\u9fff])({_NO_NAME}{_SURNAME}{_GIVEN}{{2}})(?={_TELLS})",
        # 王小明138…, 王小明，电话…: who is to be reached at what follows
        rf"(?:(?<![\u4e00-\u9fff])|(?<=联系|请找))({_NAME})(?=[\s:：,，、(（]{{0,2}}(?:的?(?:{_CONTACT})|〔))",
        # 找小王
        rf"([小老][{_FAMILIAR}])(?![\u4e00-\u9fff]?[汇浦区路])",
        # 欧阳建国, wherever it stands
        rf"((?:{_DOUBLE}){_GIVEN}{{1,2}})",
        # Mr Smith, my name is John Smith
        r"(?:\b(?:Mrs?|Ms|Miss|Dr)\.? |(?:[Mm]y name is|[Nn]ame:) ?)([A-Z][a-z]+(?: [A-Z][a-z]+)?)",
    )
)
