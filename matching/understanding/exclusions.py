"""Words that rule out places, beyond those that rule out anything (see `scope`)."""

import re

_LEFT_OUT_BEFORE = re.compile(
    r"(?:\b(?:minus|less|ex-?|barring|save for|save|but not|leave out|leaving out|skip(?:ping)?|forget|"
    r"all but|anywhere but|anything but|no interest in|ruled? out|rules out|stay(?:ing)? away from|"
    r"steer clear of|not considering|aside from)(?: the)? |"
    r"(?:撇开|不碰|不进|绕开|避免|拒绝|(?:暂时?|先|目前)?不(?:谈|碰|看|提|理|搞|讲)|唔(?:讲|谈|理|睇)|暂不(?:考虑|进入|涉及|做|去)|不包括|不含|不考虑|剔除|排除|去掉|减去|唔要|唔包))$"
)
_NOT_ONLY = re.compile(
    r"\b(?:not (?:only|just|limited)|can(?:no|')t (?:rule|exclude))[^.;]*$|不(?:仅|只|限于)[^，。；,;]*$"
)
_LEFT_OUT_BEHIND = re.compile(
    r"^(?:那边|这边|市场|方面|的话|等国?|就|则|也|都|的|嘅)*(?:先|暂时?|目前|现阶段|现在|这次|本次|今次|一概|一律|已经?|明确|完全|都|也)*"
    r"(?:不(?:考虑|要|去|做|用(?!户)|包括|包含|在内|需要|搞|碰|看|理|谈|提(?![货供交醒])|接|推|进|列入|涉及|算|必)|无需|无须|没必要|除外|免了|"
    r"唔(?:去|要|使|考虑|包|做|算)|排除)|"
    r"^(?: market| office| side| entity| part| leg)?(?: (?:is|are|was|will be|would be))?(?: \w+ly| now| for now)?"
    r" (?:excluded|out of scope|off the table|off the list|not (?:needed|required|wanted|included|of interest|an option|"
    r"relevant|in scope|covered|necessary|considered|on the list)|ruled out|a no-?go)\b|"
    r"^ ?\((?:excluded|除外|不含|不包括)\)|^ ?excepted\b"
)
_EXCEPT_ALL = re.compile(r"除了?$")
_ALL_OTHERS = re.compile(r"^[^，。；,;\n]{0,6}?[，,]?(?:其他|其它|其余|余下|剩下|全部|都|均)")
_DROPPED = re.compile(
    r"^[^。；.;\n]{0,24}?(?:否了|否决|否掉|放弃|作罢|打消|pass掉)|"
    r"^[^。；,.;\n]{0,40}\b(?:ruled (?:it |that )?out|rejected|dropped|discarded|given up|abandoned)\b|"
    r"^[^.;,\n]{0,30}\b(?:done|completed|registered|covered|obtained),? (?:so |and )?(?:not|no) (?:needed|need|required)\b|"
    r"^[^，。,;\n]{0,6}(?:已经?|过)[^，。,;\n结案]{0,6}[，,](?:不用[做管理办]?|不需要|不考虑|无需|唔使|唔考虑)(?=[，。,;]|$)"
)


def is_left_out(left: str, right: str) -> bool:
    """Tell whether words that rule out only places do so: "minus X", X暂不考虑, 除X其余."""
    if _NOT_ONLY.search(left):
        return False
    return bool(
        _LEFT_OUT_BEFORE.search(left)
        or _LEFT_OUT_BEHIND.match(right)
        or (_EXCEPT_ALL.search(left) and _ALL_OTHERS.match(right))
    )


def is_left_out_behind(right: str) -> bool:
    """Tell whether it is the words after a name that rule it out."""
    return _LEFT_OUT_BEHIND.match(right) is not None


def is_dropped(right: str) -> bool:
    """Tell whether a place was looked at and given up: 考虑过，但门槛太高，已经放弃."""
    return _DROPPED.match(right) is not None
