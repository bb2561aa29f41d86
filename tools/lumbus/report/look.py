"""Colours and the page's style sheet: those of the gateway's own page.  Blue is the wire, amber the light."""

LIGHT = {
    "case": "#d9dedb",
    "panel": "#f3f5f4",
    "well": "#e6eae8",
    "ink": "#14201d",
    "soft": "#4c5a56",
    "line": "#bcc5c1",
    "edge": "#7d8a86",
    "wire": "#0b5a8f",
    "ray": "#a34a00",
    "good": "#12693a",
    "warn": "#7d5200",
    "bad": "#a81e16",
}
_DARK = {
    "case": "#0e1413",
    "panel": "#18211f",
    "well": "#212c29",
    "ink": "#e4ebe8",
    "soft": "#a3b1ac",
    "line": "#33413d",
    "edge": "#7b8a85",
    "wire": "#6db9ea",
    "ray": "#f3a451",
    "good": "#63cf8f",
    "warn": "#e6b84c",
    "bad": "#ff8d82",
}
# The colour of a verdict.
VERDICT_COLOURS = {"agree": "good", "learning": "edge", "unchecked": "line", "no_meter": "warn"}

_RULES = """
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--case);color:var(--ink);overflow-wrap:break-word;
  font:16px/1.5 "Segoe UI",Roboto,system-ui,sans-serif}
h1,h2,h3,.num,caption{
  font-family:Bahnschrift,"DIN Alternate","Roboto Condensed","Arial Narrow","Segoe UI",Roboto,sans-serif}

h1,h2,h3{line-height:1.2;margin:0;font-weight:600;text-wrap:balance}
h1{font-size:1.75rem}h2{font-size:1.3125rem}h3{font-size:1.0625rem}
p,dl,dd,figure,ul{margin:0;padding:0}
a{color:var(--wire)}
code{font-family:ui-monospace,"Cascadia Mono","DejaVu Sans Mono",monospace;font-size:.9em}
:focus-visible{outline:3px solid var(--wire);outline-offset:2px;border-radius:3px}
header.top{background:var(--panel);border-bottom:1px solid var(--line)}
.bar,main,footer{max-width:72rem;margin:0 auto;padding:1.25rem 1rem}
.bar p,footer{color:var(--soft)}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:6px;padding:1.125rem;margin-bottom:1.25rem}
.panel>*+*{margin-top:1rem}
.panel>header{display:flex;flex-wrap:wrap;gap:.25rem .875rem;align-items:baseline}
.panel>header a{margin-left:auto}
.soft{color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.875rem 1.25rem}
dt{color:var(--soft);font-size:.875rem}
.num{font-size:1.625rem;line-height:1.25;font-variant-numeric:tabular-nums}
.num small{font-size:1rem;color:var(--soft)}
.say{padding:.75rem 1rem;background:var(--well);border-left:5px solid var(--edge);border-radius:4px}
.say strong{display:block;font-size:1.125rem}
.say[data-state=ok]{border-color:var(--good)}.say[data-state=wait]{border-color:var(--edge)}
.say[data-state=bad]{border-color:var(--bad)}
figure{min-width:0}
figure svg *{stroke-linejoin:round;stroke-linecap:butt}
figure svg{display:block;width:100%;height:auto;font-family:"Segoe UI",Roboto,system-ui,sans-serif}
figure .narrow{display:none}
figcaption{color:var(--soft);font-size:.9375rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.9375rem;font-variant-numeric:tabular-nums}
.stack{width:100%}.stack th,.stack td{padding-right:.75rem}
caption{text-align:left;color:var(--soft);padding-bottom:.25rem}
th,td{text-align:left;padding:.3125rem 1.5rem .3125rem 0;border-top:1px solid var(--line);vertical-align:top}
thead th{border-top:0;color:var(--soft);font-weight:600;vertical-align:bottom}
.n{text-align:right}
tfoot th,tfoot td{border-top:2px solid var(--edge);font-weight:600}
[data-state=bad]>.word{color:var(--bad);font-weight:600}[data-state=ok]>.word{color:var(--good)}
summary{cursor:pointer;min-height:2rem;padding:.25rem 0;color:var(--soft)}
@media(max-width:44rem){figure .wide{display:none}figure .narrow{display:block}
  .bar,main,footer{padding:1rem .625rem}.panel{padding:.875rem .75rem}h1{font-size:1.5rem}}
@media(max-width:44rem){
  .stack thead{position:absolute;clip-path:inset(50%);height:1px;overflow:hidden}
    .stack tr{display:grid;grid-template-columns:1fr 1fr;gap:.125rem 1rem;padding:.625rem 0;
    border-top:1px solid var(--line)}

  .stack th,.stack td{border:0;padding:0;text-align:left}.stack th,.stack td.whole{grid-column:1/-1}
  .stack td::before{content:attr(data-head);display:block;color:var(--soft);font-size:.8125rem}
}
@media print{
  :root{LIGHT;--case:#fff;--panel:#fff}
  body{font-size:10.5pt}.panel{border:0;border-top:1px solid var(--edge);border-radius:0;padding:.75rem 0}
  .bar,main,footer{padding:.25rem 0}figure,tr,.say{break-inside:avoid}h2,h3{break-after:avoid}
  figure .narrow{display:none}figure .wide{display:block}nav,summary,.panel>header a{display:none}
  details::details-content{content-visibility:visible;display:block;height:auto}.scroll{overflow:visible}
  main>.meter{break-before:page}
}
"""


def style_sheet() -> str:
    rules = _RULES.replace("LIGHT", _listed(LIGHT))
    dark = "@media screen and (prefers-color-scheme:dark){:root{" + _listed(_DARK) + "}}"
    return ":root{color-scheme:light dark;" + _listed(LIGHT) + "}\n" + dark + rules


def _listed(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())
