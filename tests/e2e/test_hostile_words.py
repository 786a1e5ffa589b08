"""Words that want to be script are shown as words, on every page that shows what somebody wrote (I9).

The browser is told to pass over the policy that forbids inline script, so that nothing but the way
we write pages stands between the words and their running; the policy is looked at on its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page

from core.db import make_engine, make_session_factory, transaction
from core.jobs import JobState, enqueue
from core.migrations.runner import upgrade_to_head
from core.moment import moment
from core.settings import EncoderKind, Settings
from enterprises.schemas import MAX_TEXT_CHARACTERS
from tests import factories
from tests.e2e.conftest import serving

_ACTS = ("alert(1)", "window.broken=1", "top['al'+'ert'](1)")
_SHAPES = (
    "<script>{}</script>", "<ScRiPt>{}</sCrIpT>", "<script/x>{}</script>", "<script src=//b.test>{}",
    "<img src=x onerror={}>", '"><img src=x onerror="{}">', "'><img src=x onerror='{}'>",
    "<svg onload={}>", "<svg/onload={}//", "<svg><script>{}</script>", "<svg><animate onbegin={} "
    "attributeName=x dur=1s>", "<svg><a xlink:href=javascript:{}><text>x</text></a>",
    "<math><mtext><script>{}</script></mtext></math>", "<math href=javascript:{}>x</math>",
    "<math><mi//xlink:href='javascript:{}'>x", "javascript:{}", "JaVaScRiPt:{}", "java\tscript:{}",
    "data:text/html,<script>{}</script>", "<a href=javascript:{}>x</a>", "<iframe srcdoc='<script>{}"
    "</script>'>", "<iframe src=javascript:{}>", "<object data=javascript:{}>", "<embed src="
    "javascript:{}>", "<form action=javascript:{}><button>x</button></form>", "<body onload={}>",
    "<details open ontoggle={}>x</details>", "<video><source onerror={}>", "<input autofocus "
    "onfocus={}>", "<marquee onstart={}>x", "<style>@import 'javascript:{}'</style>", "<link rel="
    "stylesheet href=javascript:{}>", "<meta http-equiv=refresh content=0;url=javascript:{}>", "<base"
    " href=javascript:{}//>", "</title><script>{}</script>", "</textarea><script>{}</script>",
    "</script><script>{}</script>", "--><script>{}</script>", "]]><script>{}</script>",
    "<noscript><p title='</noscript><img src=x onerror={}>'>", "' onmouseover={} x='", '" autofocus '
    'onfocus={} x="', "` onerror={} `", "{{{{constructor.constructor('{}')()}}}}", "${{{}}}",
    "{{% raw %}}<script>{}</script>", "{{{{'<script>{}</script>'|safe}}}}", "<%= {} %>", "#{{{}}}",
    "＜script＞{}＜/script＞", "＜img src=x onerror={}＞", "〈script〉{}〈/script〉", "﹤script﹥{}﹤/script﹥",
    "&lt;script&gt;{}&lt;/script&gt;", "&#60;script>{}</script>", "%3Cscript%3E{}%3C/script%3E",
    "\\x3cscript\\x3e{}\\x3c/script\\x3e", "\\u003cscript\\u003e{}",
)  # fmt: skip
_AROUND = ("{}", "甲{}乙", "{}；")
PAYLOADS = [
    around.format(shape.format(act)) for act, around, shape in product(_ACTS, _AROUND, _SHAPES)
]
# What of a page came of words, as no page of ours has it.
_STRANGE = """() => [...document.querySelectorAll('*')].filter(node =>
  (node.localName === 'script' && !(node.getAttribute('src') || '').startsWith('/static/'))
  || ['iframe', 'object', 'embed', 'base', 'math', 'marquee', 'style', 'animate', 'video'].includes(node.localName)
  || (node.localName === 'meta' && node.httpEquiv) || (node.localName === 'img')
  || [...node.attributes].some(one => one.name.startsWith('on') || one.name === 'srcdoc'
     || (/^(xlink:)?(href|src|action|formaction|data)$/.test(one.name)
         && /^\\s*(j\\s*a\\s*v\\s*a\\s*s|data:|\\/\\/)/i.test(one.value)))
).map(node => node.outerHTML.slice(0, 200))"""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A server whose every word is hostile, and the pages that show them."""

    address: str
    pages: tuple[str, ...]


def joined(most: int) -> list[str]:
    """Join the payloads to texts of so many characters at most."""
    texts = [""]
    for one in PAYLOADS:
        if len(texts[-1]) + len(one) + 1 > most:
            texts.append("")
        texts[-1] += one + " "
    return texts


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    settings = Settings(
        _env_file=None, data_dir=folder, encoder=EncoderKind.NONE, match_deadline_ms=120_000
    )
    engine = make_engine(settings.sqlalchemy_url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    with transaction(sessions) as session:
        factories.small_catalogue(session)
        pages = ["/providers", "/providers?q=%3Cscript%3Ealert(1)%3C/script%3E", "/ops/jobs"]
        for number, words in enumerate(joined(2_000)):
            # A name begins with its first letter, so that all of them stand on the first page.
            name = PAYLOADS[number * 7 % len(PAYLOADS)][:200]
            firm = factories.make_provider(session, name=name, city=name[:80], sectors=("LEG",))
            factories.make_evidence(session, firm, title=words[:400], description=words)
            pages.append(f"/providers/{firm.id}")
        text = "law firm in Vietnam, 深圳 "
        for words in joined(MAX_TEXT_CHARACTERS - 100):
            need = factories.make_need(session, text=text + words)
            pages += [
                f"/needs/{need.id}/{one}" for one in ("matches", "reading", "words", "routes")
            ]
            pages.append(f"/needs/new?from={need.id}")
        for number, words in enumerate(joined(400)[:20]):
            job = enqueue(session, "train", {}, key=f"hostile {number}")
            job.state, job.finished_at, job.last_error = JobState.PARKED, moment(), words
        pages.append(f"/ops/jobs/{job.id}")
    engine.dispose()
    with serving(settings) as url:
        yield Hostile(url, tuple(pages))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(bypass_csp=True, locale="en-GB")
    yield context.new_page()
    context.close()


def test_hostile_words_are_shown_and_do_nothing(hostile: Hostile, page: Page) -> None:
    assert len(set(PAYLOADS)) >= 500
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(f"{page.url}: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", note)
    strange: dict[str, list[str]] = {}
    shown = ""
    for address in hostile.pages:
        answer = page.goto(hostile.address + address)
        assert answer is not None
        assert answer.ok, address
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        found: list[str] = page.evaluate(_STRANGE)
        if found or page.evaluate("window.broken !== undefined"):
            strange[address] = found
        shown += page.locator("main").inner_text()
    assert strange == {}
    assert dialogs == []
    # They were there to be run, and are read as they were written.
    missing = [one for one in PAYLOADS if " ".join(one.split()) not in " ".join(shown.split())]
    assert len(missing) < len(PAYLOADS) / 10, missing[:5]


def test_a_page_that_writes_words_as_they_are_is_found_out(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.dismiss())
    for payload in ("<img src=x onerror=window.broken=1>", "<a href=javascript:alert(1)>x</a>"):
        page.set_content(f"<p>{payload}</p>")
        assert page.evaluate(_STRANGE)
