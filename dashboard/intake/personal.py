"""Find personal data by heading and by content, and never let it through.

Who takes part becomes a keyed pseudonym: HMAC-SHA256 under a key that lies outside the data
and outside the repository. Names, numbers and addresses beside it are dropped and counted;
texts that are kept are scanned and masked.
"""

import hashlib
import hmac
import os
import re
import secrets
from datetime import date
from operator import mul
from pathlib import Path

from dashboard.contract.problem import Problem
from dashboard.contract.words import Words
from dashboard.intake.messages import message
from dashboard.intake.names import LABELLED, PATTERNS
from dashboard.intake.values import HALF_WIDTH, option_key, squeeze
from dashboard.paths import (
    PSEUDONYM_KEY_FILE_VARIABLE,
    PSEUDONYM_KEY_VARIABLE,
    pseudonym_key_file,
)

KEY_BYTES = 32
MASK = "〔已隐去〕"

KINDS: dict[str, Words] = {
    "id_number": Words("证件号码", "ID numbers"),
    "phone": Words("电话号码", "phone numbers"),
    "wechat": Words("微信或其他账号", "WeChat and other accounts"),
    "name": Words("姓名", "names"),
    "email": Words("电子邮箱", "e-mail addresses"),
    "birth": Words("出生日期", "dates of birth"),
    "age": Words("年龄", "ages"),
    "child": Words("儿童姓名", "children's names"),
    "minor": Words("儿童标记", "marks of children"),
    "address": Words("门牌住址", "home addresses"),
}
# In the order in which they tell persons apart best.
IDENTITY = ("id_number", "phone", "wechat", "email", "name")

_HEADINGS: dict[str, re.Pattern[str]] = {
    "child": re.compile(r"(儿童|孩子|宝宝|小朋友)的?(姓名|名字?|出生|生日|年龄)|^(孩子|宝宝|小朋友)$|^child(ren)?s?names?$"),
    "minor": re.compile(r"^是否(?:为|是|属于)?(?:儿童|未成年人?|小孩|孩子|小朋友)$|^(?:儿童|未成年人?|小孩)$|^is_?child$|^minor$"),
    "id_number": re.compile(r"身份证|证件号|居住证|护照|公民身份|^idcard|idnumber|idno$|passport|^identity"),
    "phone": re.compile(r"手机|电话|联系方式|联系号码|^tel|phone|mobile|cellphone"),
    "wechat": re.compile(r"微信|wechat|weixin|^qq|openid|unionid|抖音|微博"),
    "email": re.compile(r"邮箱|电子邮件|e?mail"),
    "birth": re.compile(r"出生|生日|birth"),
    "age": re.compile(r"^(年龄|周岁|岁数|age)(岁|周岁|years)?$"),
    "address": re.compile(r"家庭住址|家庭地址|居住地址|详细住址|^住址|户籍|房号|门牌|室号|homeaddress|籍贯"),
    "name": re.compile(
        r"姓名|联系人|填报人|填表人|经办人|负责人|提案人|提出人|反映人|(?:报名|参加|参与)人(?![数次])|参与者$"
        r"|家长|监护人|党员名|志愿者|^住户|^居民$|学员|^(full|first|last|given|family)?name$"
        r"|contactperson|personname|participantname|^participant$|surname"
    ),
}  # fmt: skip

# Patterns for numbers are held against a text whose Chinese digits, dashes and brackets are plain.
_ALIKE = str.maketrans("－–—―‐‑~～·．。（）＠：　\u00a0", "---------..()@:  ")
_CHINESE_DIGITS = str.maketrans(
    "零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789"
)
_GAP = r"[-\s._/()]{0,2}"
_ID = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}[- ]?(?:18|19|20)\d{2}[- ]?(?:0[1-9]|1[0-2])[- ]?(?:0[1-9]|[12]\d|3[01])[- ]?\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_OLD_ID = re.compile(r"(?<!\d)[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_CARD = re.compile(
    r"(?<![0-9A-Za-z])\d{4}(?:[- ]?\d{4}){3}(?:[- ]?\d{1,3})?(?![0-9A-Za-z])|\d{20,}"
)
_MOBILE = re.compile(
    rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?(?:1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}|1[3-9]\d{{4}}{_GAP}\d{{5}}"
    rf"|1[-\s.]?[3-9](?:[-\s.]?\d){{9}})(?!\d)"
)
_LANDLINE = re.compile(r"(?<!\d)\(?0\d{2,3}\)?[- ]?[2-9]\d{2,3}[- ]?\d{4}(?!\d)")
_LABELLED_LANDLINE = re.compile(
    r"(?:电话|座机|固话|致电|拨打?|联系方式|\btel|\bphone)[是为:]?\s{0,2}([2-9]\d{3}[- ]?\d{4})(?!\d)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:尾号|后四位)[^\d\n]{0,3}(\d{4})(?!\d)")
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}\s?(?:[@#]|\(at\)| at |艾特)\s?"
    r"[A-Za-z0-9-]{1,63}(?:(?:\.|点)[A-Za-z0-9-]{1,63}){0,5}(?:\.|点)[A-Za-z]{2,24}(?![A-Za-z])",
    re.IGNORECASE,
)
# No \b: between Chinese and Latin letters there is none.
_WECHAT = re.compile(
    r"(?:[微威薇]信(?:号|id)?|扣扣号?|抖音号?|小红书号?|快手号?|微博号?|钉钉号?|加我?v"
    r"|(?<![A-Za-z0-9])(?:wechat|weixin|wxid|telegram|whatsapp|vx|wx|v信|v(?=[是:])|qq[号群]?|q号))"
    r"\s{0,2}[是为叫:]?\s{0,2}([A-Za-z0-9][-_A-Za-z0-9]{4,19})",
    re.IGNORECASE,
)
_WXID = re.compile(r"(?<![A-Za-z0-9])wxid_[a-z0-9]{8,20}", re.IGNORECASE)
_DOCUMENT = re.compile(
    r"(?:护照|通行证|台胞证|军官证|居住证|证件|身份证|社保卡?|医保卡?|银行卡|卡号|[账帐]号|学号|工号)(?:号码?)?"
    r"[是为:]?\s{0,2}([A-Za-z]{0,2}\d{5,19}[Xx]?)(?![0-9A-Za-z])"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-HJ-NP-Z]\s?[-.]?\s?"
    r"(?=[A-HJ-NP-Z]{0,5}\d)[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
)
_LABELLED_PLATE = re.compile(r"车牌(?:号码?)?[是为:]?\s?([A-Z]?[-.]?[A-Z0-9]{5,6})(?![A-Za-z0-9])")
_BORN = re.compile(
    r"(?:出生于?|生日|生于)(?:日期)?[是为:]?\s?((?:19|20)\d{2}[-年./]\d{1,2}[-月./]\d{1,2}日?)"
    r"|((?:19|20)\d{2}[-年./]\d{1,2}[-月./]\d{1,2}日?)(?=出?生(?![活产效]))"
)
# The room behind a house's number: it is somebody's home.
_ROOM = re.compile(
    r"(?:(?:[号栋幢座楼]|单元)楼?[- ]?|(?<!\d))(\d{3,4}\s?(?:室|房间?(?![源租东屋价地]))(?!\d))"
    r"|(?:[号栋幢座楼]|单元)楼?[- ]?(\d{2,4}\s?室|\d{3,4}(?![\d年月元人个米路弄号层楼平套间张户部台次件%.-]))"
    r"|(?:住|我家|家里|业主|租客|住户)在?是?\s?(\d{1,3}-(?:\d{1,2}-)?\d{3,4})(?![\d-])"
)
_TITLED_PERSON = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}(?=先生|女士|阿姨|师傅|同志)")
_NUMBERS = (_ID, _EMAIL, _WXID, _WECHAT, _MOBILE, _LANDLINE, _LABELLED_LANDLINE, _OLD_ID)
_IN_SENTENCES = (_CARD, _DOCUMENT, _TAIL, _PLATE, _LABELLED_PLATE, _BORN, _ROOM)
# A community may be called 小王庄: in names only what can't be one is masked.
_NAMES_IN_NAMES = (LABELLED, _TITLED_PERSON)
_NAMES_IN_PROSE = (LABELLED, *PATTERNS, _TITLED_PERSON)
# What is masked may lay open what stands beside it; more turns than this nobody's sentence needs.
_TURNS = 6
_ONE_MOBILE = re.compile(r"(?:\+|00)?(?:86)?-?1[3-9]\d-?\d{4}-?\d{4}")
_BORN_IN_ID = re.compile(r"[1-9]\d{5}(\d{4}|\d{2})(\d{2})(\d{2})\d{3}[0-9Xx]?")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"


# What is personal -------------------------------------------------------------------------


def personal_heading(heading: str) -> str | None:
    """Say which kind of personal data a heading announces, if any."""
    key = option_key(heading)
    for kind, pattern in _HEADINGS.items():
        if pattern.search(key):
            return kind
    return None


def is_id_number(text: str) -> bool:
    """Tell whether a text is an ID-card number: its date exists and its check digit is right."""
    text = squeeze(text).upper()
    return len(text) == 18 and born_on(text) is not None and _check_digit(text) == text[17]


def born_on(text: str) -> date | None:
    """Read the day of birth out of what has the form of an ID-card number, of 15 or 18 digits."""
    if match := _BORN_IN_ID.fullmatch(text):
        year = int(match[1]) if len(text) == 18 else 1900 + int(match[1])
        try:
            born = date(year, int(match[2]), int(match[3]))
        except ValueError:
            return None
        return born if len(text) in (15, 18) and 1850 <= year <= 2100 else None
    return None


def _check_digit(text: str) -> str:
    total = sum(map(mul, map(int, text[:17]), _WEIGHTS))
    return _CHECK_DIGITS[total % 11]


def personal_content(text: str) -> str | None:
    """Say which kind of personal data a cell is, whole; None if it is none."""
    plain = squeeze(text)
    if is_id_number(plain):
        return "id_number"
    if _ONE_MOBILE.fullmatch(plain):
        return "phone"
    if _WXID.fullmatch(plain):
        return "wechat"
    if _EMAIL.fullmatch(plain):
        return "email"
    return None


def mask(text: str, *, is_prose: bool = True) -> tuple[str, int]:
    """Mask what is personal in a text; return it and how many places were masked.

    Prose is searched for persons' names too. A name among other words with nothing to tell it
    can still escape.
    """
    text = text.translate(HALF_WIDTH)
    count = 0
    for _ in range(_TURNS):
        spans = _spans(text, is_prose=is_prose)
        if not spans:
            break
        pieces, end = [], 0
        for start, stop in spans:
            pieces += [text[end:start], MASK]
            end = stop
        text = "".join([*pieces, text[end:]])
        count += len(spans)
    return text, count


def _spans(text: str, *, is_prose: bool) -> list[tuple[int, int]]:
    """Find what is personal, each stretch once; every pattern passes over the text once."""
    plain = text.translate(_ALIKE)
    numbers = (*_NUMBERS, *_IN_SENTENCES) if is_prose else _NUMBERS
    seen = [(pattern, plain) for pattern in numbers]
    if is_prose and (digits := plain.translate(_CHINESE_DIGITS)) != plain:
        seen += [(pattern, digits) for pattern in numbers]
    seen += [(pattern, text) for pattern in (_NAMES_IN_PROSE if is_prose else _NAMES_IN_NAMES)]
    found = sorted(
        match.span(match.lastindex or 0)
        for pattern, there in seen
        for match in pattern.finditer(there)
    )
    spans: list[tuple[int, int]] = []
    for start, stop in found:
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        else:
            spans.append((start, stop))
    return spans


def shown(text: str) -> str:
    """Make a value fit to be shown in a report or a log."""
    masked, _ = mask(re.sub(r"\s*[\r\n]+\s*", "⏎", text), is_prose=False)
    return masked if len(masked) <= 60 else masked[:59] + "…"


# Pseudonyms -------------------------------------------------------------------------------


_SHORTEST_PHONE = 7


def normal_identity(kind: str, text: str) -> str:
    """Write an identifier one way, so that the same person has the same pseudonym."""
    plain = squeeze(text)
    if kind == "phone":
        digits = re.sub(r"^(?:00)?86(?=\d{10,})", "", re.sub(r"\D", "", plain))
        # In zhang1990 they are no number, and others have them too.
        is_number = digits and (len(digits) >= _SHORTEST_PHONE or not re.search("[A-Za-z]", plain))
        plain = digits if is_number else plain
    if kind == "id_number" and len(plain) == 15 and born_on(plain):
        longer = f"{plain[:6]}19{plain[6:]}"
        plain = longer + _check_digit(longer)
    return f"{kind}:{plain.upper()}"


def pseudonym(identity: str, key: bytes) -> int:
    """Give the pseudonym of an identity: 63 bits of its keyed digest."""
    digest = hmac.digest(key, identity.encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big") >> 1


def pseudonym_key() -> bytes:
    """Read the key from the environment or its file; make the file on first use, for its owner.

    Raises Problem when the key is too short, or its file readable by others or inside a
    repository.
    """
    if text := os.environ.get(PSEUDONYM_KEY_VARIABLE):
        return _long_enough(text.encode(), PSEUDONYM_KEY_VARIABLE)
    return read_key(pseudonym_key_file(), is_made=True)


def read_key(file: Path, *, is_made: bool = False) -> bytes:
    """Read the key from a file, which ``is_made`` if it is not there; raises Problem as above."""
    if any((folder / ".git").exists() for folder in file.absolute().parents):
        raise Problem(message("key.in_repository", file=file, variable=PSEUDONYM_KEY_FILE_VARIABLE))
    mode = 0
    try:
        if is_made and not file.exists():
            _make_key(file)
        mode = file.stat().st_mode
        text = file.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        text = ""  # no hexadecimal digits either
    except OSError as error:
        raise Problem(message("key.unreadable", file=file, reason=error.strerror)) from error
    if os.name == "posix" and mode & 0o077:
        raise Problem(message("key.open", file=file))
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if not key:
        raise Problem(message("key.senseless", file=file))
    return _long_enough(key, str(file))


def _make_key(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another one has just made it
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        opened.write(secrets.token_hex(KEY_BYTES) + "\n")


def _long_enough(key: bytes, where: str) -> bytes:
    if len(key) < 16:
        raise Problem(message("key.short", where=where))
    return key
