/// The pages' Mustache templates: `{{x}}` is escaped, `{{{x}}}` is HTML that `AnswerMarkup` built.
enum PageTexts {
  static let all: [String: String] = [
    "head": head, "foot": foot, "home": home, "login": login, "chat": chat, "guide": guide,
    "problem": problem,
  ]

  private static let head = """
    <!doctype html>
    <html lang="fr">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{title}} – PhoenixCare</title>
    <link rel="stylesheet" href="/assets/style.css">
    <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
    </head>
    <body>
    <a class="skip" href="#contenu">Aller au contenu</a>
    <header class="site">
    <a class="name" href="/">PhoenixCare</a>
    <nav aria-label="Principal">
    {{#isSignedIn}}<a href="/chat">Vos questions</a>{{/isSignedIn}}
    <a href="/#guides">Guides</a>
    {{^isSignedIn}}<a href="/login">Se connecter</a>{{/isSignedIn}}
    </nav>
    {{#isSignedIn}}<form method="post" action="/logout"><input type="hidden" name="_csrf" value="{{csrf}}"><button class="quiet">Se déconnecter</button></form>{{/isSignedIn}}
    </header>
    """

  private static let foot = """
    <footer>
    <p>PhoenixCare aide à comprendre les démarches (MDPH, CAF). Ses réponses s'appuient sur des
    guides datés et cités ; elles ne remplacent ni une décision officielle ni un avis médical.</p>
    </footer>
    </body>
    </html>
    """

  private static let home = """
    {{> head}}
    <main id="contenu" class="text">
    <h1>Vos démarches MDPH et CAF, expliquées simplement</h1>
    <p>Posez une question comme vous la diriez à une amie : un montant, un délai, un formulaire, un
    refus à contester. La réponse cite le guide d'où elle vient.</p>
    {{^isSignedIn}}<p><a href="/login">Se connecter ou créer un compte</a></p>{{/isSignedIn}}
    {{#isSignedIn}}<p><a href="/chat">Poser une question</a></p>{{/isSignedIn}}
    <h2 id="guides">Les guides</h2>
    <ul>
    {{#guides}}<li><a href="{{url}}">{{title}}</a></li>{{/guides}}
    </ul>
    </main>
    {{> foot}}
    """

  private static let login = """
    {{> head}}
    <main id="contenu" class="narrow">
    {{#notice}}<p class="notice" role="alert">{{notice}}</p>{{/notice}}
    <section class="card" aria-labelledby="connexion">
    <h1 id="connexion">Se connecter</h1>
    <form method="post" action="/login">
    <input type="hidden" name="_csrf" value="{{csrf}}">
    <input type="hidden" name="next" value="{{next}}">
    <label for="email">Adresse électronique</label>
    <input id="email" name="email" type="email" autocomplete="username" required maxlength="254" value="{{email}}">
    <label for="password">Mot de passe</label>
    <input id="password" name="password" type="password" autocomplete="current-password" required>
    <button>Se connecter</button>
    </form>
    </section>
    <section class="card" aria-labelledby="inscription">
    <h2 id="inscription">Créer un compte</h2>
    <form method="post" action="/signup">
    <input type="hidden" name="_csrf" value="{{csrf}}">
    <input type="hidden" name="next" value="{{next}}">
    <label for="name">Prénom ou nom <span class="hint">(facultatif)</span></label>
    <input id="name" name="name" type="text" autocomplete="name" maxlength="200">
    <label for="new-email">Adresse électronique</label>
    <input id="new-email" name="email" type="email" autocomplete="username" required maxlength="254" value="{{email}}">
    <label for="new-password">Mot de passe</label>
    <p class="hint" id="rules">Au moins 10 caractères ; une phrase est plus facile à retenir.</p>
    <input id="new-password" name="password" type="password" autocomplete="new-password" required minlength="10" aria-describedby="rules">
    <button>Créer le compte</button>
    </form>
    </section>
    </main>
    {{> foot}}
    """

  private static let chat = """
    {{> head}}
    <main id="contenu">
    <div class="columns">
    <aside aria-label="Conversations">
    <p><a href="/chat?new=1">Nouvelle conversation</a></p>
    <ul>
    {{#conversations}}<li><a href="/chat?conversation_id={{id}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{title}}</a></li>{{/conversations}}
    </ul>
    </aside>
    <div>
    <h1>{{heading}}</h1>
    {{#notice}}<p class="notice" role="alert">{{notice}}</p>{{/notice}}
    <ol class="messages">
    {{#messages}}<li class="{{#isMine}}mine{{/isMine}}{{^isMine}}theirs{{/isMine}}">
    <p class="who">{{#isMine}}Vous{{/isMine}}{{^isMine}}PhoenixCare{{/isMine}}</p>
    {{{html}}}
    {{#hasSources}}<div class="sources"><span>Sources :</span><ul>{{#sources}}<li><a href="{{url}}">{{title}}</a></li>{{/sources}}</ul></div>{{/hasSources}}
    </li>{{/messages}}
    </ol>
    {{#isEmpty}}
    <p>Quelques questions que d'autres familles posent :</p>
    <ul class="suggestions">
    {{#suggestions}}<li><form method="post" action="/chat"><input type="hidden" name="_csrf" value="{{csrf}}"><input type="hidden" name="message" value="{{text}}"><button>{{text}}</button></form></li>{{/suggestions}}
    </ul>
    {{/isEmpty}}
    <form method="post" action="/chat" class="card">
    <input type="hidden" name="_csrf" value="{{csrf}}">
    <input type="hidden" name="conversation_id" value="{{conversation}}">
    <label for="message">Votre question</label>
    <textarea id="message" name="message" required maxlength="4000" aria-describedby="conseil">{{draft}}</textarea>
    <p class="hint" id="conseil">Inutile d'écrire un nom ou un numéro de dossier.</p>
    <button>Envoyer</button>
    </form>
    </div>
    </div>
    </main>
    {{> foot}}
    """

  private static let guide = """
    {{> head}}
    <main id="contenu" class="text">
    <article>
    <h1>{{title}}</h1>
    <p class="hint">Valable depuis le {{validFrom}} ; vérifié le {{updated}}.</p>
    {{#sections}}{{#heading}}<h2>{{heading}}</h2>{{/heading}}{{{html}}}{{/sections}}
    <h2>Sources</h2>
    <ul>
    {{#sources}}<li>{{#url}}<a href="{{url}}" rel="noopener">{{name}}</a>{{/url}}{{^url}}{{name}}{{/url}}, {{reference}}</li>{{/sources}}
    </ul>
    </article>
    </main>
    {{> foot}}
    """

  private static let problem = """
    {{> head}}
    <main id="contenu" class="narrow">
    <h1>{{heading}}</h1>
    <p>{{detail}}</p>
    <p class="hint">Référence : {{request}}</p>
    <p><a href="/">Retour à l'accueil</a></p>
    </main>
    {{> foot}}
    """
}
