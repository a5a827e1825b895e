/// One kind of request that a scenario mixes with others.
package struct Operation: Sendable, Equatable {
  /// What a user does.
  package enum Kind: Sendable, Equatable {
    /// A question from the list, answered as one JSON object.
    case chatMessage
    /// A question from the list, answered as a stream of events read to its end.
    case chatStream
    /// `GET` of the path as the signed-in user.
    case read(path: String)
    /// `GET` of the path without a session.
    case fetch(path: String)
    /// The sign-up of a user before the run; never part of a mix.
    case signUp
  }

  package let name: String
  package let kind: Kind
  /// How often it is drawn, relative to the others.
  package let weight: Double
  /// The route's template, as the server's metrics label it; nil where it is not known.
  package let route: String?

  package init(name: String, kind: Kind, weight: Double, route: String?) {
    self.name = name
    self.kind = kind
    self.weight = weight
    self.route = route
  }

  /// Whether it needs a signed-in user.
  package var needsUser: Bool {
    switch kind {
    case .chatMessage, .chatStream, .read: true
    case .fetch, .signUp: false
    }
  }

  /// Whether it asks a question from the list.
  package var asksQuestion: Bool { kind == .chatMessage || kind == .chatStream }

  package var method: String {
    switch kind {
    case .chatMessage, .chatStream, .signUp: "POST"
    case .read, .fetch: "GET"
    }
  }

  /// The only status that counts as success; nil takes any below 400.
  package var expectedStatus: Int? {
    switch kind {
    case .chatMessage, .chatStream, .read: 200
    case .signUp: 201
    case .fetch: nil
    }
  }

  static let signUpRoute = "/api/auth/signup"

  /// The operations that a mix may name without saying more.
  package static let known: [String: (kind: Kind, route: String)] = [
    "chat_message": (.chatMessage, "/api/chat/message"),
    "chat_stream": (.chatStream, "/api/chat/message"),
    "history": (.read(path: "/api/chat/history"), "/api/chat/history"),
    "conversations": (.read(path: "/api/chat/conversations"), "/api/chat/conversations"),
    "me": (.read(path: "/api/auth/me"), "/api/auth/me"),
  ]
}
