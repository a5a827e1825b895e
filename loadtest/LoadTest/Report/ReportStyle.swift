/// The report's style sheet: one column on a telephone, two on a screen, black on white on paper.
enum ReportStyle {
  static let sheet = """
    :root{--ink:#1c2430;--soft:#5b6675;--line:#dde3ea;--paper:#fff;--field:#f5f7fa;--a:#2563eb;
    --b:#d97706;--c:#0d9488;--d:#9333ea;--e:#64748b;--good:#15803d;--bad:#b91c1c;--goodpaper:#dcfce7;
    --badpaper:#fee2e2;--warnpaper:#fef3c7}
    @media (prefers-color-scheme:dark){:root{--ink:#e5e9ef;--soft:#9aa6b5;--line:#303a47;
    --paper:#12171e;--field:#1a212b;--a:#60a5fa;--b:#fbbf24;--c:#2dd4bf;--d:#c084fc;--e:#94a3b8;
    --good:#4ade80;--bad:#f87171;--goodpaper:#12351f;--badpaper:#401a1a;--warnpaper:#3d2f0b}}
    @media print{:root{--ink:#000;--soft:#444;--line:#ccc;--paper:#fff;--field:#fff;--a:#1d4ed8;
    --b:#b45309;--c:#0f766e;--d:#7e22ce;--e:#475569;--good:#166534;--bad:#991b1b;--goodpaper:#fff;
    --badpaper:#fff;--warnpaper:#fff}body{font-size:10.5pt;max-width:none;padding:0}
    figure,tr,.tiles>div{break-inside:avoid}h2{break-after:avoid}.scroll{overflow:visible}
    .charts{grid-template-columns:1fr 1fr}@page{margin:14mm}}
    *{box-sizing:border-box}
    body{margin:0 auto;padding:16px;max-width:1100px;background:var(--paper);color:var(--ink);
    font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
    h1{font-size:1.5rem;line-height:1.2;margin:.2em 0}h2{font-size:1.1rem;margin:1.8em 0 .5em}
    p{margin:.4em 0}.soft,.note{color:var(--soft)}.note{font-size:.88rem}
    .badge{display:inline-block;padding:.2em .7em;border-radius:1em;font-weight:600;border:1px solid}
    .good{color:var(--good)}.bad{color:var(--bad)}
    .badge.good{background:var(--goodpaper)}.badge.bad{background:var(--badpaper)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(118px,1fr));gap:8px;margin:14px 0}
    .tiles>div{background:var(--field);border:1px solid var(--line);border-radius:8px;padding:8px 10px}
    .tiles b{display:block;font-size:1.25rem;font-variant-numeric:tabular-nums;line-height:1.25}
    .tiles span{color:var(--soft);font-size:.8rem}
    .failures{background:var(--badpaper);border:1px solid var(--bad);border-radius:8px;
    padding:8px 12px 8px 30px;margin:10px 0;overflow-wrap:anywhere}
    .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:14px}
    figure{margin:0;background:var(--field);border:1px solid var(--line);border-radius:8px;padding:10px}
    figcaption{font-weight:600;margin-bottom:2px}figure p{margin:0 0 4px;font-size:.82rem;color:var(--soft)}
    svg{display:block;width:100%;height:auto}
    svg text{fill:var(--ink);font-size:12px;font-family:inherit}svg .tick,svg .axis{fill:var(--soft)}
    svg .mark{fill:var(--bad)}svg .grid{stroke:var(--line);stroke-width:1}
    svg .level{stroke:var(--bad);stroke-width:1;stroke-dasharray:4 3}
    svg .line{fill:none;stroke-width:2;stroke-linejoin:round}
    svg .line.a{stroke:var(--a)}svg .line.b{stroke:var(--b)}svg .line.c{stroke:var(--c)}
    svg .line.d{stroke:var(--d)}svg .line.e{stroke:var(--e);stroke-dasharray:5 4}
    svg .line.thin{stroke-width:1}svg .line.f{stroke:var(--bad)}
    svg .dot{stroke:none}.fa,svg .dot.a{fill:var(--a)}.fb,svg .dot.b{fill:var(--b)}
    .fc,svg .dot.c{fill:var(--c)}.fd,svg .dot.d{fill:var(--d)}.fe,svg .dot.e{fill:var(--e)}
    .ff,svg .dot.f{fill:var(--bad)}
    .key{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:.82rem;color:var(--soft)}
    .key i{display:inline-block;width:12px;height:12px;border-radius:3px;margin-right:5px;
    vertical-align:-1px;print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .ia{background:var(--a)}.ib{background:var(--b)}.ic{background:var(--c)}.id{background:var(--d)}
    .ie{background:var(--e)}.if{background:var(--bad)}
    .scroll{overflow-x:auto}
    table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
    th,td{padding:5px 8px;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
    th{color:var(--soft);font-weight:600}th:first-child,td:first-child,.text{text-align:left}
    td.text,td:first-child{white-space:normal;overflow-wrap:anywhere}
    code{font:.92em ui-monospace,"DejaVu Sans Mono",monospace}
    details{margin:.6em 0}summary{cursor:pointer;color:var(--soft)}
    footer{margin-top:2em;border-top:1px solid var(--line);padding-top:.6em;color:var(--soft);font-size:.85rem}
    """
}
