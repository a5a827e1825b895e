import Foundation
import HTTPTypes
import HummingbirdCore
import Knowledge
import NIOCore
import ServiceHost
import Telemetry

/// The pages: what a family sees in a browser, with forms that need no script.
///
/// A form is answered by 303 where it succeeded, so that a reload never sends it again, and by the
/// page itself with a notice where it did not, so that nothing typed is lost.
struct PageRoutes: Sendable {
  let pages: Pages
  let tokens: FormTokens
  let identity: any Identity
  let cookies: SessionCookies
  let chat: ChatRoutes
  let telemetry: GatewayTelemetry
  private let guides: [KnowledgeDocument]

  static let formBytesMax = 64 * 1024

  init(
    pages: Pages, tokens: FormTokens, identity: any Identity, cookies: SessionCookies,
    chat: ChatRoutes, telemetry: GatewayTelemetry
  ) {
    self.pages = pages
    self.tokens = tokens
    self.identity = identity
    self.cookies = cookies
    self.chat = chat
    self.telemetry = telemetry
    guides = (try? KnowledgeDocument.all()) ?? []
  }

  var routes: [Route] {
    [
      page(.get, "/", home), page(.get, "/guides/:slug", guide), page(.get, "/login", loginForm),
      page(.post, "/login", login), page(.post, "/signup", signup), page(.post, "/logout", logout),
      page(.get, "/chat", chatPage), page(.post, "/chat", ask),
    ]
  }

  private func page(
    _ method: HTTPRequest.Method, _ template: String,
    _ handler: @escaping @Sendable (GatewayRequest) async throws -> Response
  ) -> Route {
    Route(
      method: method, template: template, access: .page,
      bodyBytesMax: method == .get ? 0 : Self.formBytesMax, isLimited: true, handler: handler)
  }

  // MARK: Home and guides

  @Sendable private func home(_ request: GatewayRequest) async throws -> Response {
    let visit = visit(of: request)
    return visit.finish(
      pages.response(
        "home", visit.frame("Vos démarches MDPH et CAF"),
        ["guides": guides.map { ["url": $0.url, "title": $0.title] }]))
  }

  @Sendable private func guide(_ request: GatewayRequest) async throws -> Response {
    guard let guide = guides.first(where: { $0.slug == request.parameters["slug"] }) else {
      throw Problem.notFound
    }
    let visit = visit(of: request)
    let sections: [[String: Any]] = guide.sections.map { section in
      let html = AnswerMarkup.html(section.paragraphs.joined(separator: "\n\n"))
      return section.heading.isEmpty ? ["html": html] : ["heading": section.heading, "html": html]
    }
    let sources: [[String: Any]] = guide.sources.map { source in
      var entry = ["name": source.name, "reference": source.reference]
      entry["url"] = source.url
      return entry
    }
    return visit.finish(
      pages.response(
        "guide", visit.frame(guide.title),
        [
          "validFrom": Self.day(guide.validFrom), "updated": Self.day(guide.updated),
          "sections": sections, "sources": sources,
        ]))
  }

  // MARK: Signing in and out

  @Sendable private func loginForm(_ request: GatewayRequest) async throws -> Response {
    let next = Self.safe(next: request.query("next") ?? "")
    if request.session != nil { return Pages.redirect(to: next) }
    return loginPage(visit(of: request), next: next)
  }

  private func loginPage(
    _ visit: PageVisit, next: String, email: String = "", notice: String = "",
    status: HTTPResponse.Status = .ok
  ) -> Response {
    visit.finish(
      pages.response(
        "login", visit.frame("Se connecter"), ["next": next, "email": email, "notice": notice],
        status: status))
  }

  @Sendable private func login(_ request: GatewayRequest) async throws -> Response {
    try await enter(request) { form throws(IdentityError) in
      .signedIn(
        try await identity.login(
          email: form.text("email"), password: form.raw("password"),
          client: request.exchange.client.text))
    }
  }

  @Sendable private func signup(_ request: GatewayRequest) async throws -> Response {
    try await enter(request) { form throws(IdentityError) in
      let name = form.text("name")
      return try await identity.signup(
        email: form.text("email"), password: form.raw("password"),
        name: name.isEmpty ? nil : String(name.prefix(200)), consents: [:],
        client: request.exchange.client.text)
    }
  }

  private func enter(
    _ request: GatewayRequest, _ signIn: (FormFields) async throws(IdentityError) -> SignupOutcome
  ) async throws -> Response {
    let form = try form(of: request)
    let next = Self.safe(next: form.text("next"))
    do throws(IdentityError) {
      let outcome = try await request.exchange.timed(\.auth) { () throws(IdentityError) in
        try await signIn(form)
      }
      guard case .signedIn(let signedIn) = outcome else {
        return loginPage(
          visit(of: request), next: next, email: String(form.text("email").prefix(254)),
          notice: "Un message vient de vous être envoyé : suivez son lien pour confirmer votre "
            + "adresse, puis connectez-vous.", status: .accepted)
      }
      return Pages.redirect(to: next, cookies: cookies.set(signedIn))
    } catch {
      let problem = ProblemMapping.problem(for: error, telemetry: telemetry, request.exchange)
      guard problem.status.code < 500 else { throw problem }
      request.exchange.with { $0.errorCode = problem.code }
      let details = problem.errors.map(\.message)
      var response = loginPage(
        visit(of: request), next: next, email: String(form.text("email").prefix(254)),
        notice: details.isEmpty ? problem.detail : details.joined(separator: " "),
        status: problem.status)
      // The browser's own dialogue for 401 is not wanted here.
      for field in problem.headers where field.name != .wwwAuthenticate {
        response.headers[field.name] = field.value
      }
      return response
    }
  }

  @Sendable private func logout(_ request: GatewayRequest) async throws -> Response {
    _ = try form(of: request)
    let sent = cookies.parse(request.head.headerFields[values: .cookie])
    try await request.exchange.timed(\.auth) {
      try await identity.logout(accessToken: sent.session, refreshToken: sent.refresh)
    }
    return Pages.redirect(to: "/", cookies: cookies.clearing())
  }

  // MARK: Chat

  @Sendable private func chatPage(_ request: GatewayRequest) async throws -> Response {
    guard let session = request.session else { return Pages.redirect(to: "/login?next=/chat") }
    let conversation = try request.queryUUID("conversation_id")
    return try await chatPage(
      request, session, conversation: conversation, isNew: request.query("new") != nil,
      notice: request.query("notice") == "ai_unavailable" ? Problem.aiUnavailable.detail : "")
  }

  private func chatPage(
    _ request: GatewayRequest, _ session: Session, conversation: String?, isNew: Bool,
    notice: String = "", draft: String = "", status: HTTPResponse.Status = .ok
  ) async throws -> Response {
    let store = chat.store
    let (list, history) = try await request.exchange.timed(\.db) {
      let list = try await store.conversations(before: nil, limit: 50, of: session)
      if isNew || (conversation == nil && list.isEmpty) {
        return (list, nil as (conversation: String, messages: [ChatStore.Message])?)
      }
      return (
        list, try await store.history(conversation, before: nil, limit: 100, of: session)
      )
    }
    if conversation != nil, !isNew, history == nil { throw Problem.notFound }
    let visit = visit(of: request)
    let current = history?.conversation ?? ""
    let title = list.first { $0.id == current }?.title
    let content: [String: Any] = [
      "heading": title ?? "Votre question", "notice": notice, "draft": draft,
      "conversation": current, "messages": (history?.messages ?? []).map(Self.message),
      "isEmpty": history == nil,
      "suggestions": Self.suggestions.map { ["text": $0] },
      "conversations": list.map {
        ["id": $0.id, "title": $0.title, "isCurrent": $0.id == current] as [String: Any]
      },
    ]
    return visit.finish(
      pages.response("chat", visit.frame(title ?? "Vos questions"), content, status: status))
  }

  private static func message(_ message: ChatStore.Message) -> [String: Any] {
    let isMine = message.role == "user"
    let sources = (try? JSONValue(parsing: Array(message.sources.utf8)))?.array ?? []
    let links = sources.compactMap { source -> [String: String]? in
      guard let title = source["title"]?.string, let url = source["url"]?.string,
        url.hasPrefix("/guides/")
      else { return nil }
      return ["title": title, "url": url]
    }
    return [
      "isMine": isMine, "sources": links, "hasSources": !links.isEmpty,
      "html": isMine
        ? "<p>" + AnswerMarkup.escaped(message.text).replacing("\n", with: "<br>") + "</p>"
        : AnswerMarkup.html(message.text),
    ]
  }

  @Sendable private func ask(_ request: GatewayRequest) async throws -> Response {
    let form = try form(of: request)
    guard let session = request.session else { return Pages.redirect(to: "/login?next=/chat") }
    let text = form.text("message")
    let conversation = form.text("conversation_id")
    guard conversation.isEmpty || UUID(uuidString: conversation) != nil else {
      throw Problem.notFound
    }
    guard !text.isEmpty, text.unicodeScalars.count <= 4000 else {
      return try await chatPage(
        request, session, conversation: conversation.isEmpty ? nil : conversation.lowercased(),
        isNew: conversation.isEmpty,
        notice: text.isEmpty
          ? "Écrivez votre question." : "Votre question dépasse 4 000 caractères.",
        draft: text, status: .unprocessableContent)
    }
    let question = try await chat.question(
      text, conversation: conversation.isEmpty ? nil : conversation.lowercased(), of: session,
      exchange: request.exchange)
    let target = "/chat?conversation_id=\(question.conversation)"
    do {
      _ = try await chat.ask(question, exchange: request.exchange)
      return Pages.redirect(to: target)
    } catch let error as WorkerPoolError {
      // The question is saved; the page shows it and says that the answer is still to come.
      let problem = ProblemMapping.problem(for: error, telemetry: telemetry, request.exchange)
      request.exchange.with { $0.errorCode = problem.code }
      return Pages.redirect(to: target + "&notice=ai_unavailable")
    }
  }

  private static let suggestions = [
    "Quel est le montant de l'AAH ?", "Comment demander l'AEEH pour mon enfant ?",
    "Comment contester une décision de la MDPH ?",
  ]

  // MARK: Forms

  /// The fields of a form of ours; 403 where its token is none of this visitor's.
  private func form(of request: GatewayRequest) throws(Problem) -> FormFields {
    let type = request.head.headerFields[.contentType]?.prefix { $0 != ";" }.lowercased() ?? ""
    guard type.filter({ $0 != " " }) == "application/x-www-form-urlencoded" else {
      throw .unsupportedMediaType
    }
    let form = try FormFields(body: request.body.readableBytesView)
    let visitor = PageVisit.visitor(of: request, isHTTPS: cookies.isHTTPS)
    guard
      tokens.isValid(
        form.raw("_csrf"), for: visitor, now: MonotonicClock.wallMilliseconds() / 1000)
    else {
      telemetry.observe(.authenticationFailed(reason: .origin))
      throw .staleForm
    }
    return form
  }

  private func visit(of request: GatewayRequest) -> PageVisit {
    PageVisit(request, tokens: tokens, isHTTPS: cookies.isHTTPS)
  }

  /// Where to go after signing in: a page of ours, whatever the address said.
  static func safe(next: String) -> String {
    let isOurs =
      next.hasPrefix("/") && !next.hasPrefix("//")
      && next.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
    return isOurs ? next : "/chat"
  }

  /// `2026-04-01` as a person writes it.
  static func day(_ date: String) -> String {
    let parts = date.split(separator: "-").compactMap { Int($0) }
    let months = [
      "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
      "octobre", "novembre", "décembre",
    ]
    guard parts.count == 3, (1...12).contains(parts[1]) else { return date }
    return "\(parts[2] == 1 ? "1er" : String(parts[2])) \(months[parts[1] - 1]) \(parts[0])"
  }
}
