extension StatusPage {
  /// Colours have a contrast of 4.5 or more on their ground, in light and in dark; lines of a chart
  /// also differ in their dashes.
  static let style = #"""
    :root { --ground: #f6f7f9; --card: #ffffff; --ink: #16202c; --soft: #4d5967; --rule: #d5dae1;
      --c0: #1d4ed8; --c1: #a3470a; --c2: #b4123c; --c3: #146c36; --c4: #6d28d9;
      --good: #146c36; --warn: #8a4b00; --bad: #b4123c; }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #10151c; --card: #19212b; --ink: #e8edf3; --soft: #a9b4c0; --rule: #34404e;
        --c0: #7fb0ff; --c1: #ffb066; --c2: #ff8fa3; --c3: #6fd68f; --c4: #c4a5ff;
        --good: #6fd68f; --warn: #ffc266; --bad: #ff8fa3; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 90rem; padding: 1rem; background: var(--ground);
      color: var(--ink); font: 1rem/1.45 system-ui, sans-serif; }
    header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; }
    h1 { font-size: 1.4rem; margin: 0; }
    h2 { font-size: 1rem; margin: 0 0 .5rem; }
    p { margin: .25rem 0; }
    a { color: var(--c0); }
    .fine, footer { color: var(--soft); font-size: .875rem; }
    .state { font-weight: 600; border: 2px solid currentColor; border-radius: 1rem;
      padding: 0 .75rem; }
    .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
    .alarm { border-left: .4rem solid var(--bad); background: var(--card); padding: .5rem .75rem;
      font-weight: 600; }
    section { background: var(--card); border: 1px solid var(--rule); border-radius: .5rem;
      padding: .75rem; margin: .75rem 0 0; min-width: 0; }
    .charts { display: grid; gap: .75rem; margin-top: .75rem;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
    .charts section { margin: 0; }
    .tiles { display: grid; gap: .5rem 1rem; margin: 0;
      grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); }
    .tiles div { border-left: .25rem solid var(--rule); padding-left: .6rem; }
    dt { color: var(--soft); font-size: .875rem; }
    dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
    svg { display: block; width: 100%; height: 9rem; overflow: visible; }
    svg text { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
    .grid { stroke: var(--rule); }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .k0 { stroke: var(--c0); } .k1 { stroke: var(--c1); stroke-dasharray: 7 3; }
    .k2 { stroke: var(--c2); stroke-dasharray: 2 3; } .k3 { stroke: var(--c3); }
    .k4 { stroke: var(--c4); stroke-dasharray: 9 3 2 3; }
    .f0 { fill: var(--c0); } .f1 { fill: var(--c1); } .f2 { fill: var(--c2); }
    .f3 { fill: var(--c3); } .f4 { fill: var(--c4); }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; margin: .4rem 0 0;
      padding: 0; font-size: .875rem; font-variant-numeric: tabular-nums; }
    .legend svg { display: inline-block; width: 26px; height: 10px; margin-right: .35rem;
      vertical-align: middle; }
    .wide { overflow-x: auto; }
    table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
    th, td { text-align: right; padding: .3rem .6rem; border-top: 1px solid var(--rule);
      white-space: nowrap; }
    th:first-child, td:first-child { text-align: left; }
    thead th { color: var(--soft); font-size: .875rem; font-weight: 600; border-top: 0; }
    tbody th { font-weight: 400; }
    .none { color: var(--soft); }
    .wide th:first-child { position: sticky; left: 0; background: var(--card); }
    @media (max-width: 40rem) {
      th, td { padding: .3rem .4rem; font-size: .875rem; }
      tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 9.5rem; } }
    :focus-visible { outline: 3px solid var(--c0); outline-offset: 2px; }
    """#
}
