/// One kind of request that a scenario mixes with others.
package struct Operation: Sendable, Equatable {
  /// What a user does.
  package enum Kind: Sendable, Equatable {
    /// A question from the list. Answered as one JSON object, or as a stream of events read to its
    /// end; `follow` goes on with the user's last conversation; `canary` puts the user's canary
    /// into the question, which makes the answer the user's own.
    case chat(stream: Bool, follow: Bool, canary: Bool)
    /// `GET` of the path as the signed-in user.
    case read(path: String)
    /// `GET` of the path as the signed-in user, with a word of a question as `q`.
    case search(path: String)
    /// `GET` of the path without a session.
    case fetch(path: String)
    /// `POST` of the body to the path as it stands, mostly to be refused.
    case send(path: String, body: String, session: Bool)
    /// The sign-up of a user before the run; never part of a mix.
    case signUp
    /// Address and password; also before the run where users come from a file.
    case logIn
    /// New tokens for old ones.
    case refresh
    /// A letter as PDF, with the user's canary, as a form.
    case upload
    /// The bytes of a document uploaded before.
    case download
    /// A letter as PDF, with the user's canary, as JSON.
    case analyze
    case createProcedure
    /// New notes for a procedure created before.
    case patchProcedure

    package static let chatMessage = Kind.chat(stream: false, follow: false, canary: false)
    package static let chatStream = Kind.chat(stream: true, follow: false, canary: false)
  }

  package let name: String
  package let kind: Kind
  /// How often it is drawn, relative to the others; 0 where only journeys or other operations
  /// need it.
  package let weight: Double
  /// The route's template, as the server's metrics label it; nil where it is not known.
  package let route: String?
  /// The status that counts as success here instead of the kind's own.
  package let expects: Int?
  /// The client leaves so long after sending, answered or not; nil stays to the end.
  package let leavesAfter: Duration?

  package init(
    name: String, kind: Kind, weight: Double, route: String?, expects: Int? = nil,
    leavesAfter: Duration? = nil
  ) {
    self.name = name
    self.kind = kind
    self.weight = weight
    self.route = route
    self.expects = expects
    self.leavesAfter = leavesAfter
  }

  /// A known operation by its name.
  package init?(known name: String, weight: Double) {
    guard let known = Self.known[name] else { return nil }
    self.init(name: name, kind: known.kind, weight: weight, route: known.route)
  }

  /// Whether it needs a signed-in user.
  package var needsUser: Bool {
    switch kind {
    case .fetch, .signUp, .send(_, _, session: false): false
    default: true
    }
  }

  /// Whether it asks a question from the list.
  package var asksQuestion: Bool {
    switch kind {
    case .chat, .search: true
    default: false
    }
  }

  /// Whether its answer comes from the workers' cache or past it.
  package var isChat: Bool {
    if case .chat = kind { return true }
    return false
  }

  package var isStream: Bool {
    if case .chat(stream: true, _, _) = kind { return true }
    return false
  }

  /// Whether the request carries the user's canary into the product.
  var plantsCanary: Bool {
    switch kind {
    case .chat(_, _, canary: let canary): canary
    case .upload, .analyze, .createProcedure, .patchProcedure, .signUp: true
    default: false
    }
  }

  package var method: String {
    switch kind {
    case .read, .fetch, .search, .download: "GET"
    case .patchProcedure: "PATCH"
    default: "POST"
    }
  }

  /// The only status that counts as success; nil takes any below 400.
  package var expectedStatus: Int? {
    if let expects { return expects }
    switch kind {
    case .signUp, .upload, .createProcedure: return 201
    case .fetch, .send: return nil
    default: return 200
    }
  }

  /// What must have happened before it can be done, by name: without it that is done instead.
  var prerequisite: String? {
    switch kind {
    case .patchProcedure: "create_procedure"
    case .download: "upload"
    default: nil
    }
  }

  static let signUpRoute = "/api/auth/signup"
  static let logInRoute = "/api/auth/login"
  private static let chatRoute = "/api/chat/message"

  private static func chat(
    stream: Bool = false, follow: Bool = false, canary: Bool = false
  ) -> (kind: Kind, route: String) {
    (.chat(stream: stream, follow: follow, canary: canary), chatRoute)
  }

  private static func read(_ path: String) -> (kind: Kind, route: String) {
    (.read(path: path), path)
  }

  /// The operations that a mix may name without saying more.
  package static let known: [String: (kind: Kind, route: String)] = [
    "chat_message": chat(), "chat_stream": chat(stream: true),
    "follow_up": chat(follow: true), "follow_up_stream": chat(stream: true, follow: true),
    "canary_message": chat(canary: true), "canary_stream": chat(stream: true, canary: true),
    "history": read("/api/chat/history"), "conversations": read("/api/chat/conversations"),
    "me": read("/api/auth/me"), "documents": read("/api/documents"),
    "procedures": read("/api/procedures"), "dashboard": read("/api/dashboard/stats"),
    "aides": (.search(path: "/api/aides"), "/api/aides"),
    "log_in": (.logIn, logInRoute), "refresh": (.refresh, "/api/auth/refresh"),
    "upload": (.upload, "/api/documents"),
    "download": (.download, "/api/documents/:id/content"),
    "analyze": (.analyze, "/api/chat/analyze-document"),
    "create_procedure": (.createProcedure, "/api/procedures"),
    "patch_procedure": (.patchProcedure, "/api/procedures/:id"),
  ]
}

/// What one user does in order, with time to think between.
package struct Journey: Sendable, Equatable {
  package let name: String
  /// How often it begins, relative to the mix's operations.
  package let weight: Double
  /// Indices of the scenario's operations.
  package let steps: [Int]
  /// The pause before each step but the first, drawn evenly from here.
  package let think: ClosedRange<Duration>

  package init(name: String, weight: Double, steps: [Int], think: ClosedRange<Duration>) {
    self.name = name
    self.weight = weight
    self.steps = steps
    self.think = think
  }
}

/// An account that exists before the run.
package struct Credentials: Sendable, Equatable {
  package let email: String
  package let password: String

  package init(email: String, password: String) {
    self.email = email
    self.password = password
  }
}
