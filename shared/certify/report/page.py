"""The report as a page for people (认证报告网页): one file that needs no other. Pure."""

from collections.abc import Mapping
from html import escape
from typing import Any

from shared.certify.report.document import BY_HAND, fingerprint

_STYLE = """
body{font:15px/1.6 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;margin:2rem auto;
max-width:70rem;padding:0 1rem;color:#1f2937}
h1{font-size:1.5rem} .passed{color:#15803d} .failed{color:#b91c1c} .not_played{color:#92400e}
table{border-collapse:collapse;width:100%} th,td{text-align:left;vertical-align:top;padding:.5rem .6rem;
border-bottom:1px solid #e5e7eb}
th{background:#f9fafb} small{color:#6b7280} ul{margin:.3rem 0 0;padding-left:1.1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem} dt{color:#6b7280} dd{margin:0}
code{font-size:.85em;word-break:break-all} pre{background:#f9fafb;padding:.7rem;overflow-x:auto}
@media (prefers-color-scheme:dark){body{background:#111827;color:#e5e7eb} th,pre{background:#1f2937}
th,td{border-color:#374151} .passed{color:#4ade80} .failed{color:#f87171} .not_played{color:#fbbf24}}
"""
_OUTCOMES = {
    "passed": "通过 / passed",
    "failed": "未通过 / failed",
    "not_played": "未执行 / not played",
}
_VERIFY = "yidi certify --verify REPORT.json"


def page_of(report: Mapping[str, Any]) -> str:
    """The report as HTML."""
    outcome = "passed" if report["passed"] else "failed"
    rows = "".join(_row(case) for case in report["cases"])
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(report['node'])} · 接入认证 / certification</title>"
        f"<style>{_STYLE}</style></head><body>"
        f"<h1>接入认证报告 / Certification report: {escape(report['node'])}</h1>"
        f'<p class="{outcome}"><strong>{_OUTCOMES[outcome]}</strong></p>{_about(report)}'
        "<table><thead><tr><th>#</th><th>用例与应见 / case and what must be seen</th><th>结果 / result</th>"
        f"<th>秒 / s</th></tr></thead><tbody>{rows}</tbody></table>{_signature(report)}</body></html>\n"
    )


def _about(report: Mapping[str, Any]) -> str:
    cases = report["cases"]
    count = sum(case["outcome"] == "passed" for case in cases)
    shown = (
        ("节点 / node", report["node"]),
        ("接入方 / side", report["side"]),
        ("被测程序 / adapter", BY_HAND if report["by_hand"] else report["adapter"]),
        ("契约 / contract (SHA-256)", report["contract"]),
        ("开始 / began", report["began_at"]),
        ("用时 / took", f"{_seconds(report['milliseconds'])} s"),
        ("通过 / passed", f"{count} / {len(report['catalogue'])}"),
        ("全部用例 / whole catalogue", "是 / yes" if report["complete"] else "否 / no"),
    )
    return (
        "<dl>"
        + "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(one))}</dd>" for name, one in shown)
        + "</dl>"
    )


def _row(case: Mapping[str, Any]) -> str:
    findings = "".join(f"<li>{_both(finding)}</li>" for finding in case["findings"])
    return (
        f"<tr><td>{case['number']}</td><td><strong>{_both(case['title'])}</strong><br>"
        f'<small>{_both(case["must"])}</small></td><td class="{case["outcome"]}">'
        f"{_OUTCOMES[case['outcome']]}{f'<ul>{findings}</ul>' if findings else ''}</td>"
        f"<td>{_seconds(case['milliseconds'])}</td></tr>"
    )


def _signature(report: Mapping[str, Any]) -> str:
    return (
        "<h2>签名 / Signature</h2><p>同名 JSON 文件由下列公钥签名（Ed25519），核验："
        f"<code>{_VERIFY}</code>；签名内容为去掉 signature 后的规范 JSON（键排序、无空白、UTF-8）。<br>"
        "The JSON file beside this page is signed by this key (Ed25519); what is signed is the JSON without"
        " <code>signature</code>: keys sorted, no white space, UTF-8.</p>"
        f"<p>{fingerprint(report)}</p><pre>{escape(report['public_key_pem'])}</pre>"
        f"<p><code>{report['signature']}</code></p>"
    )


def _both(words: Mapping[str, str]) -> str:
    return f"{escape(words['zh'])}<br>{escape(words['en'])}"


def _seconds(milliseconds: int) -> str:
    whole, part = divmod(milliseconds, 1000)
    return f"{whole}.{part // 100}"
