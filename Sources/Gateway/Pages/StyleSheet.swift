/// `/assets/style.css`: one sheet for every page, light and dark, for phone, desk and paper.
enum StyleSheet {
  static let css = """
    :root {
      color-scheme: light dark;
      --ink: #1f2430; --soft: #59616f; --paper: #fbfaf7; --card: #ffffff; --line: #d9d6cd;
      --accent: #9a3412; --accent-ink: #ffffff; --mine: #fdeee2; --bad: #9f1239; --focus: #1d4ed8;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #ece9e2; --soft: #aeb4bf; --paper: #16181d; --card: #1f2229; --line: #3a3f4a;
        --accent: #fdba74; --accent-ink: #1f1206; --mine: #33261b; --bad: #fda4af; --focus: #93c5fd;
      }
    }
    * { box-sizing: border-box; }
    html { font-size: 106.25%; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font-family: system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; line-height: 1.55;
      overflow-wrap: anywhere;
    }
    a { color: var(--accent); }
    :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
    .skip { position: absolute; left: -999rem; }
    .skip:focus { left: .5rem; top: .5rem; background: var(--card); padding: .5rem; }
    header.site {
      display: flex; flex-wrap: wrap; gap: .4rem 1.2rem; align-items: center;
      padding: .8rem 1.2rem; border-bottom: 1px solid var(--line); background: var(--card);
    }
    header.site .name { font-weight: 700; font-size: 1.15rem; text-decoration: none; }
    header.site nav { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; }
    header.site form { margin-left: auto; }
    main { max-width: 64rem; margin: 0 auto; padding: 1.2rem; }
    main.narrow { max-width: 30rem; }
    main.text { max-width: 44rem; }
    h1 { font-size: 1.5rem; line-height: 1.25; margin: .4rem 0 1rem; }
    h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; }
    h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
    .card {
      background: var(--card); border: 1px solid var(--line); border-radius: .8rem;
      padding: 1.2rem; margin: 0 0 1.2rem;
    }
    label { display: block; font-weight: 600; margin: .8rem 0 .25rem; }
    .hint { color: var(--soft); font-size: .9rem; margin: .2rem 0; font-weight: 400; }
    input, textarea, button { font: inherit; color: inherit; }
    input[type=email], input[type=password], input[type=text], textarea {
      width: 100%; padding: .6rem .7rem; border: 1px solid var(--soft); border-radius: .5rem;
      background: var(--paper);
    }
    textarea { min-height: 5.5rem; resize: vertical; }
    button {
      background: var(--accent); color: var(--accent-ink); border: 0; border-radius: .5rem;
      padding: .65rem 1.3rem; margin-top: 1rem; font-weight: 600; cursor: pointer;
      min-height: 2.75rem;
    }
    button.quiet {
      background: none; color: var(--accent); border: 1px solid var(--line); margin: 0;
      padding: .4rem .9rem;
    }
    .notice {
      border-left: .3rem solid var(--bad); background: var(--card); padding: .7rem 1rem;
      margin: 0 0 1rem; border-radius: .3rem;
    }
    .columns { display: grid; grid-template-columns: 16rem 1fr; gap: 1.5rem; align-items: start; }
    @media (max-width: 48rem) {
      .columns { grid-template-columns: 1fr; }
      .columns aside { order: 2; }
    }
    aside ul { list-style: none; padding: 0; margin: .5rem 0; }
    aside li a {
      display: block; padding: .45rem .6rem; border-radius: .4rem; text-decoration: none;
    }
    aside li a[aria-current] { background: var(--mine); font-weight: 600; }
    .messages { list-style: none; padding: 0; margin: 0; }
    .messages > li { border-radius: .8rem; padding: .3rem 1rem; margin: 0 0 1rem; }
    .messages li.mine { background: var(--mine); margin-left: 12%; }
    .messages li.theirs { background: var(--card); border: 1px solid var(--line); }
    .who { font-size: .85rem; color: var(--soft); margin: .5rem 0 0; }
    .sources { border-top: 1px solid var(--line); font-size: .92rem; padding: .5rem 0; }
    .sources ul { margin: .2rem 0; padding-left: 1.2rem; }
    .suggestions { display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; list-style: none; }
    .suggestions button {
      background: none; color: var(--accent); border: 1px solid var(--line); margin: 0;
      font-weight: 500; text-align: left;
    }
    .suggestions form { margin: 0; }
    footer {
      color: var(--soft); font-size: .88rem; max-width: 64rem; margin: 0 auto; padding: 1.2rem;
    }
    @media print {
      header.site, form, aside, footer, .skip { display: none; }
      body { background: none; }
    }
    """
}
