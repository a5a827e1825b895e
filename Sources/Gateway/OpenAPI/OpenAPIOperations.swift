import HTTPTypes
import Knowledge

/// Every operation of the public listener, in the order of the document.
enum OpenAPIOperations {
  static let all: [OpenAPIOperation] =
    probes + auth + chat + documents + procedures + aides + account + [realtime] + pages

  private static let html = [
    OpenAPIOperation.Content(type: "text/html", schema: #"{"type":"string"}"#)
  ]
  private static let noContent = OpenAPIOperation.Answer(status: 204, description: "Done.")

  private static func ok(
    _ schema: String, _ description: String, status: Int = 200, headers: [String] = []
  ) -> OpenAPIOperation.Answer {
    .init(status: status, description: description, content: [.json(schema)], headers: headers)
  }

  // MARK: Probes and this document

  private static let probes: [OpenAPIOperation] = [
    OpenAPIOperation(
      method: .get, template: "/healthz", id: "health", tag: "operations",
      summary: "The process answers; touches nothing else.", access: .probe,
      answers: [ok("Health", "Alive.")]),
    OpenAPIOperation(
      method: .get, template: "/readyz", id: "readiness", tag: "operations",
      summary: "Whether requests can be served, from cached probes.", access: .probe,
      answers: [
        ok("Readiness", "Ready, or degraded: histories and files are still served."),
        ok("Readiness", "PostgreSQL is down or migrating, or the process drains.", status: 503),
      ]),
    OpenAPIOperation(
      method: .get, template: "/openapi.json", id: "openapi", tag: "operations",
      summary: "This document.", access: .open,
      answers: [
        .init(
          status: 200, description: "OpenAPI 3.1.",
          content: [.init(type: "application/json", schema: #"{"type":"object"}"#)],
          headers: ["ETag"]),
        .init(status: 304, description: "As it was when `If-None-Match` was had."),
      ]),
  ]

  // MARK: Accounts and sessions

  private static let auth: [OpenAPIOperation] = [
    OpenAPIOperation(
      method: .post, template: "/api/auth/signup", id: "signUp", tag: "auth",
      summary: "Opens an account and signs it in.", access: .open, parameters: [.idempotencyKey],
      body: [.json("SignupBody")],
      answers: [
        ok("SignedIn", "Opened; the cookies are set.", status: 201, headers: ["Set-Cookie"]),
        ok(
          "ConfirmationSent", "Where addresses are confirmed by mail; the same for a taken one.",
          status: 202),
      ], problems: [409]),
    OpenAPIOperation(
      method: .post, template: "/api/auth/login", id: "logIn", tag: "auth",
      summary: "Signs in. A wrong address and a wrong password answer alike.", access: .open,
      body: [.json("LoginBody")],
      answers: [ok("SignedIn", "Signed in; the cookies are set.", headers: ["Set-Cookie"])],
      problems: [401]),
    OpenAPIOperation(
      method: .post, template: "/api/auth/logout", id: "logOut", tag: "auth",
      summary: "Ends the session, if there is one, and clears the cookies.", access: .open,
      answers: [noContent]),
    OpenAPIOperation(
      method: .post, template: "/api/auth/refresh", id: "refresh", tag: "auth",
      summary: "Trades the refresh token, of the cookie or the body, for a new pair.",
      access: .open, body: [.json("RefreshBody")], isBodyRequired: false,
      answers: [ok("SignedIn", "The cookies are rotated.", headers: ["Set-Cookie"])],
      problems: [401]),
    OpenAPIOperation(
      method: .post, template: "/api/auth/password", id: "changePassword", tag: "auth",
      summary: "Sets a new password and ends the other sessions.", access: .session,
      body: [.json("PasswordBody")], answers: [noContent]),
    OpenAPIOperation(
      method: .get, template: "/api/auth/me", id: "me", tag: "auth",
      summary: "Who is signed in.", access: .session, answers: [ok("Me", "The user.")]),
  ]

  // MARK: Chat

  private static let chat: [OpenAPIOperation] = [
    OpenAPIOperation(
      method: .post, template: "/api/chat/message", id: "ask", tag: "chat",
      summary: "Asks a question; without `conversation_id` in a new conversation.",
      access: .session, parameters: [.idempotencyKey], body: [.json("ChatMessageBody")],
      answers: [
        .init(
          status: 200,
          description: "The answer, saved. As a stream: `start`, `delta`s, `sources`, then exactly "
            + "one of `done` (the object that JSON gives) and `error` (a problem).",
          content: [
            .json("ChatAnswer"),
            .init(type: "text/event-stream", schema: #"{"type":"string"}"#),
          ], headers: ["X-Cache", "Idempotent-Replayed"])
      ], problems: [404, 409, 502, 504]),
    OpenAPIOperation(
      method: .get, template: "/api/chat/history", id: "history", tag: "chat",
      summary: "Messages of a conversation, oldest first.", access: .session,
      parameters: [.conversationID, .limit(50), .before],
      answers: [ok("History", "A page.")], problems: [404]),
    OpenAPIOperation(
      method: .get, template: "/api/chat/conversations", id: "conversations", tag: "chat",
      summary: "Conversations, newest first.", access: .session,
      parameters: [.limit(50), .before], answers: [ok("ConversationList", "A page.")]),
    OpenAPIOperation(
      method: .delete, template: "/api/chat/reset", id: "reset", tag: "chat",
      summary: "Deletes a conversation, all of them, or the newest.", access: .session,
      parameters: [
        .conversationID,
        .init(
          name: "all", place: .query, schema: #"{"type":"boolean"}"#,
          description: "Every conversation."),
      ], answers: [ok("ResetAnswer", "Deleted.")], problems: [404]),
  ]

  // MARK: Procedures

  private static let procedures: [OpenAPIOperation] = [
    OpenAPIOperation(
      method: .get, template: "/api/procedures", id: "listProcedures", tag: "procedures",
      summary: "Procedures, what changed last first.", access: .session,
      parameters: [
        .word("status", of: Procedure.statuses, "Only those of this status."), .limit(100), .before,
      ], answers: [ok("ProcedureList", "A page.")]),
    OpenAPIOperation(
      method: .post, template: "/api/procedures", id: "createProcedure", tag: "procedures",
      summary: "Writes a procedure.", access: .session, parameters: [.idempotencyKey],
      body: [.json("ProcedureDraft")],
      answers: [
        ok(
          "Procedure", "Written.", status: 201,
          headers: ["Location", "ETag", "Idempotent-Replayed"])
      ], problems: [409]),
    OpenAPIOperation(
      method: .get, template: "/api/procedures/:id", id: "procedure", tag: "procedures",
      summary: "One procedure.", access: .session, parameters: [.pathID],
      answers: [ok("Procedure", "The procedure.", headers: ["ETag"])]),
    OpenAPIOperation(
      method: .patch, template: "/api/procedures/:id", id: "changeProcedure", tag: "procedures",
      summary: "Changes any of its fields.", access: .session, parameters: [.pathID, .ifMatch],
      body: [.json("ProcedureChange")],
      answers: [ok("Procedure", "As it is now.", headers: ["ETag"])], problems: [409, 412]),
    OpenAPIOperation(
      method: .delete, template: "/api/procedures/:id", id: "deleteProcedure", tag: "procedures",
      summary: "Deletes a procedure.", access: .session, parameters: [.pathID],
      answers: [noContent]),
  ]

  // MARK: Aids

  private static let aides: [OpenAPIOperation] = [
    OpenAPIOperation(
      method: .get, template: "/api/aides", id: "searchAides", tag: "aides",
      summary: "The catalogue of aids, ranked where words are given.", access: .session,
      parameters: [
        .text(
          "q", max: 500,
          "A family's words; accents, slips, abbreviations and everyday names do not matter."),
        .text("organisme", max: 100, "Part of the name of the office that decides."),
        .word(
          "public", of: Aide.Audience.allCases.map(\.rawValue),
          "Whom it is for; what is for everybody is always among it."),
        .limit(50),
        .init(
          name: "offset", place: .query,
          schema: #"{"type":"integer","minimum":0,"maximum":10000,"default":0}"#,
          description: "How many to pass over."),
      ], answers: [ok("AideList", "The aids, and how many there are in all.")]),
    OpenAPIOperation(
      method: .get, template: "/api/aides/:id", id: "aide", tag: "aides",
      summary: "One aid with conditions, steps and appeal.", access: .session,
      parameters: [
        .init(
          name: "id", place: .path, schema: #"{"type":"string","minLength":1}"#,
          description: "The code, in any case.")
      ], answers: [ok("Aide", "The aid.")]),
    OpenAPIOperation(
      method: .get, template: "/api/dashboard/stats", id: "dashboard", tag: "aides",
      summary: "What a family has here, and what is due next.", access: .session,
      answers: [ok("DashboardStats", "Counts, deadlines, aids of recent answers.")]),
  ]

  // MARK: Account

  private static let account: [OpenAPIOperation] = [
    OpenAPIOperation(
      method: .get, template: "/api/memories", id: "memories", tag: "account",
      summary: "What is remembered, newest first.", access: .session,
      parameters: [.limit(100), .before], answers: [ok("MemoryList", "A page.")]),
    OpenAPIOperation(
      method: .delete, template: "/api/memories/:id", id: "forget", tag: "account",
      summary: "Forgets one fact.", access: .session, parameters: [.pathID],
      answers: [noContent]),
    OpenAPIOperation(
      method: .get, template: "/api/account/export", id: "exportAccount", tag: "account",
      summary: "Every row and file of the account, streamed.", access: .session,
      answers: [
        .init(
          status: 200, description: "A zip archive.",
          content: [
            .init(type: "application/zip", schema: #"{"type":"string","format":"binary"}"#)
          ], headers: ["Content-Disposition"])
      ]),
    OpenAPIOperation(
      method: .delete, template: "/api/account", id: "deleteAccount", tag: "account",
      summary: "Deletes the account with everything in it and ends its sessions.",
      access: .session, answers: [noContent]),
    OpenAPIOperation(
      method: .get, template: "/api/account/consents", id: "consents", tag: "account",
      summary: "What the user agreed to.", access: .session,
      answers: [ok("Consents", "The consents.")]),
    OpenAPIOperation(
      method: .put, template: "/api/account/consents", id: "setConsents", tag: "account",
      summary: "Gives or withdraws consent. Without it no text goes to Gemini.",
      access: .session, body: [.json("ConsentsBody")],
      answers: [ok("Consents", "As they are now.")]),
  ]

  private static let realtime = OpenAPIOperation(
    method: .get, template: "/api/realtime", id: "realtime", tag: "realtime",
    summary: "Live changes of the caller's own rows, until the session ends.", access: .session,
    parameters: [
      .init(
        name: "Last-Event-ID", place: .header, schema: #"{"type":"string"}"#,
        description: "Where the client was: what came since is told again, or `resync`.")
    ],
    answers: [
      .init(
        status: 200,
        description: "Events: `presence` `{connections}` first and whenever it changes; `change` "
          + "`{table,type,id}` with `type` insert, update or delete, after the commit; `resync` "
          + "`{}`: read everything anew. A comment every 15 s is a sign of life.",
        content: [.init(type: "text/event-stream", schema: #"{"type":"string"}"#)])
    ])

  // MARK: Pages

  private static func page(
    _ method: HTTPRequest.Method, _ template: String, _ id: String, _ summary: String,
    form: [String] = [], statuses: [Int], problems: [Int] = [],
    parameters: [OpenAPIOperation.Parameter] = []
  ) -> OpenAPIOperation {
    let fields = (["_csrf"] + form).map { #""\#($0)":{"type":"string"}"# }
    let schema =
      #"{"type":"object","required":["_csrf"],"properties":{\#(fields.joined(separator: ","))}}"#
    return OpenAPIOperation(
      method: method, template: template, id: id, tag: "pages", summary: summary, access: .page,
      parameters: parameters,
      body: method == .post
        ? [.init(type: "application/x-www-form-urlencoded", schema: schema)] : [],
      answers: statuses.map { status in
        status == 303
          ? .init(status: 303, description: "Go on there.", headers: ["Location"])
          : .init(status: status, description: "A page.", content: html)
      }, problems: problems)
  }

  private static let pages: [OpenAPIOperation] = [
    page(.get, "/", "homePage", "The start, with the guides.", statuses: [200]),
    page(
      .get, "/guides/:slug", "guidePage", "One guide.", statuses: [200],
      parameters: [
        .init(
          name: "slug", place: .path, schema: #"{"type":"string","minLength":1}"#,
          description: "As `/guides/…` of a source.")
      ]),
    page(
      .get, "/login", "loginPage", "Signing in and up.", statuses: [200, 303],
      parameters: [.text("next", max: 2000, "Where to go afterwards.")]),
    page(
      .post, "/login", "loginForm", "Signs in.", form: ["email", "password", "next"],
      statuses: [303], problems: [401]),
    page(
      .post, "/signup", "signupForm", "Opens an account.",
      form: ["email", "password", "name", "next"], statuses: [303], problems: [409]),
    page(.post, "/logout", "logoutForm", "Signs out.", statuses: [303]),
    page(
      .get, "/chat", "chatPage", "Questions and answers.", statuses: [200, 303], problems: [404],
      parameters: [
        .conversationID, .text("new", max: 10, "Where it is there: an empty conversation."),
        .text("notice", max: 100, "A notice to show, by its code."),
      ]),
    page(
      .post, "/chat", "chatForm", "Asks a question.", form: ["message", "conversation_id"],
      statuses: [303], problems: [404, 502, 504]),
    OpenAPIOperation(
      method: .get, template: "/assets/:name", id: "asset", tag: "pages",
      summary: "What pages are dressed with.", access: .open,
      parameters: [
        .init(
          name: "name", place: .path, schema: #"{"type":"string","minLength":1}"#,
          description: "`style.css` or `icon.svg`.")
      ],
      answers: [
        .init(
          status: 200, description: "The file.",
          content: ["text/css", "image/svg+xml"].map {
            .init(type: $0, schema: #"{"type":"string"}"#)
          }, headers: ["ETag"]),
        .init(status: 304, description: "As it was when `If-None-Match` was had."),
      ]),
  ]
}
