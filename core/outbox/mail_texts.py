"""What e-mail says, in three scripts: plain text, ids and numbers, no text of a need and no name."""

from dataclasses import dataclass
from typing import Final

from core.outbox.events import EventType

SCRIPTS: Final = ("en", "zh-Hans", "zh-Hant")


@dataclass(frozen=True, slots=True)
class Words:
    """The subject and the first sentence of a letter, in one script."""

    subject: str
    sentence: str


_TEXTS: Final[dict[EventType, dict[str, Words]]] = {
    EventType.NEED_REMATCHED: {
        "en": Words(
            "Providers for your needs have changed",
            "The list of providers has changed for these needs of your organisation:",
        ),
        "zh-Hans": Words("您的需求的服务机构名单有变", "贵机构以下需求的服务机构名单已有变化："),
        "zh-Hant": Words("您的需求的服務機構名單有變", "貴機構以下需求的服務機構名單已有變化："),
    },
    EventType.NEED_TEXT_READ: {
        "en": Words(
            "The text of a need was read",
            "Somebody who runs the platform has read the text of these needs, for a purpose that is "
            "on record:",
        ),
        "zh-Hans": Words(
            "需求文本曾被查阅", "平台运营人员出于已记录在案的目的，查阅了以下需求的文本："
        ),
        "zh-Hant": Words(
            "需求文本曾被查閱", "平台營運人員出於已記錄在案的目的，查閱了以下需求的文本："
        ),
    },
    EventType.RANKER_PROPOSED: {
        "en": Words("A ranker waits for your vote", "These rankers were proposed:"),
        "zh-Hans": Words("有排序模型待您表决", "以下排序模型已提交表决："),
        "zh-Hant": Words("有排序模型待您表決", "以下排序模型已提交表決："),
    },
    EventType.RANKER_DECIDED: {
        "en": Words("The vote on a ranker is over", "The approvers have decided on these rankers:"),
        "zh-Hans": Words("排序模型的表决已结束", "审批人已就以下排序模型作出决定："),
        "zh-Hant": Words("排序模型的表決已結束", "審批人已就以下排序模型作出決定："),
    },
    EventType.IMPORT_FINISHED: {
        "en": Words("A step of an import has ended", "A step of these imports has ended:"),
        "zh-Hans": Words("导入的一个步骤已结束", "以下导入的一个步骤已结束："),
        "zh-Hant": Words("匯入的一個步驟已結束", "以下匯入的一個步驟已結束："),
    },
    EventType.JOB_PARKED: {
        "en": Words(
            "A job has failed and waits for you",
            "These jobs failed too often. `landbridge jobs show` says why, `jobs retry` tries again:",
        ),
        "zh-Hans": Words(
            "有后台任务失败，待您处理",
            "以下后台任务多次失败。landbridge jobs show 显示原因，jobs retry 重新执行：",
        ),
        "zh-Hant": Words(
            "有背景工作失敗，待您處理",
            "以下背景工作多次失敗。landbridge jobs show 顯示原因，jobs retry 重新執行：",
        ),
    },
    EventType.CREDENTIAL_EXPIRING: {
        "en": Words(
            "A token is about to expire",
            "Make new ones in time; programs that use these tokens will be refused:",
        ),
        "zh-Hans": Words(
            "有访问令牌即将到期", "请及时更换；到期后，使用以下访问令牌的程序将被拒绝："
        ),
        "zh-Hant": Words(
            "有存取權杖即將到期", "請及時更換；到期後，使用以下存取權杖的程式將被拒絕："
        ),
    },
    EventType.QUALIFICATION_ENDING: {
        "en": Words(
            "A qualification runs out",
            "A qualification of these providers runs out within 30 days, or has. Bring their profiles "
            "up to date; what has run out does not count:",
        ),
        "zh-Hans": Words(
            "有执业资质即将到期",
            "以下服务机构的一项执业资质将于30日内到期或已到期。请更新资料；已到期者不予计算：",
        ),
        "zh-Hant": Words(
            "有專業資格即將到期",
            "以下服務機構的一項專業資格將於30日內到期或已到期。請更新資料；已到期者不予計算：",
        ),
    },
    EventType.CLAIM_DECIDED: {
        "en": Words(
            "We have looked at your evidence",
            "We have looked at these pieces of evidence that your firm sent. Your profile shows what "
            "became of them, and why if we refused one:",
        ),
        "zh-Hans": Words(
            "贵机构提交的佐证已审核",
            "我们已审核贵机构提交的以下佐证。结果见贵机构的档案；如有拒绝，档案载明理由：",
        ),
        "zh-Hant": Words(
            "貴機構提交的佐證已審核",
            "我們已審核貴機構提交的以下佐證。結果見貴機構的檔案；如有拒絕，檔案載明理由：",
        ),
    },
    EventType.WEBHOOK_DELIVERY_FAILED: {
        "en": Words(
            "A webhook message could not be delivered",
            "Every attempt to send a message to these endpoints has failed. "
            "What they missed is at /v1/notifications:",
        ),
        "zh-Hans": Words(
            "有 webhook 消息未能送达",
            "向以下端点发送的一条消息屡次失败。错过的内容见 /v1/notifications：",
        ),
        "zh-Hant": Words(
            "有 webhook 訊息未能送達",
            "向以下端點傳送的一則訊息屢次失敗。錯過的內容見 /v1/notifications：",
        ),
    },
    EventType.WEBHOOK_DISABLED: {
        "en": Words(
            "A webhook endpoint was disabled",
            "Nothing is sent to these endpoints any more, because they accepted nothing for a day or "
            "said that they are gone. What they missed is at /v1/notifications:",
        ),
        "zh-Hans": Words(
            "有 webhook 端点已停用",
            "以下端点一整天未接收任何消息，或已声明不再存在，因此不再向其发送。"
            "错过的内容见 /v1/notifications：",
        ),
        "zh-Hant": Words(
            "有 webhook 端點已停用",
            "以下端點一整天未接收任何訊息，或已聲明不再存在，因此不再向其傳送。"
            "錯過的內容見 /v1/notifications：",
        ),
    },
}
_MORE: Final = {
    "en": "and {count} more",
    "zh-Hans": "另有 {count} 项",
    "zh-Hant": "另有 {count} 項",
}
_END: Final = {
    "en": "This message was sent by Landbridge. Nobody reads answers to it.",
    "zh-Hans": "本邮件由 Landbridge 自动发送，请勿回复。",
    "zh-Hant": "本郵件由 Landbridge 自動發出，請勿回覆。",
}


def mailed_types() -> frozenset[EventType]:
    """Return what is written about at all."""
    return frozenset(_TEXTS)


def subject_of(event_type: EventType, script: str) -> str:
    """Return the subject of a letter."""
    return _TEXTS[event_type][script].subject


def closing(script: str) -> str:
    """Return how every letter ends."""
    return f"-- \n{_END[script]}"


def text_of(
    event_type: EventType, script: str, subjects: list[str], *, more: int, address: str
) -> str:
    """Return the text of a letter.

    Args:
        event_type: what happened.
        script: one of `SCRIPTS`.
        subjects: the ids of what it happened to.
        more: how many there are beside them.
        address: where the platform is found; empty where it does not know.
    """
    lines = [f"  {subject}" for subject in subjects]
    if more:
        lines.append("  " + _MORE[script].format(count=more))
    parts = [_TEXTS[event_type][script].sentence, "\n".join(lines)]
    if address:
        parts.append(address)
    parts.append(closing(script))
    return "\n\n".join(parts) + "\n"
