import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost
import Telemetry

/// Sign-up, login, logout, refresh, me, password.
struct AuthRoutes: Sendable {
  let identity: any Identity
  let keys: IdempotencyKeys
  let cookies: SessionCookies
  let bodyBytesMax: Int

  var routes: [Route] {
    [
      route(.post, "/api/auth/signup", .public, signup),
      route(.post, "/api/auth/login", .public, login),
      route(.post, "/api/auth/logout", .public, logout),
      route(.post, "/api/auth/refresh", .public, refresh),
      route(.post, "/api/auth/password", .session, changePassword),
      route(.get, "/api/auth/me", .session, me),
    ]
  }

  private func route(
    _ method: HTTPRequest.Method, _ template: String, _ access: Route.Access,
    _ handler: @escaping @Sendable (GatewayRequest) async throws -> Response
  ) -> Route {
    Route(
      method: method, template: template, access: access,
      bodyBytesMax: method == .get ? 0 : bodyBytesMax, isLimited: true, handler: handler)
  }

  @Sendable private func signup(_ request: GatewayRequest) async throws -> Response {
    var json = try request.jsonObject()
    let email = json.string("email", maxCharacters: 254)
    let password = json.string("password", maxCharacters: 1024)
    let name = json.string("name", required: false, maxCharacters: 200)
    let consents = json.flags("consents", allowed: ["gemini"])
    try json.finish()
    guard let email, let password else { throw Problem.internal }
    let key = try IdempotencyKeys.key(of: request.head)
    let fingerprint = IdempotencyKeys.signupFingerprint(
      email: email, name: name, consents: consents)
    do {
      let outcome = try await request.exchange.timed(\.auth) {
        try await identity.signup(
          email: email, password: password, name: name, consents: consents,
          client: request.exchange.client.text)
      }
      guard case .signedIn(let signedIn) = outcome else { return Self.confirmationSent }
      if let key {
        let session = try identity.authenticate(accessToken: signedIn.accessToken)
        await keys.noteSignup(key, fingerprint: fingerprint, session: session)
      }
      return answer(signedIn, status: .created)
    } catch IdentityError.emailTaken {
      guard let key else { throw IdentityError.emailTaken }
      return try await signupAgain(
        request, email: email, password: password, key: key, fingerprint: fingerprint)
    }
  }

  /// The account is not open before its address is confirmed; the same for a taken one.
  private static var confirmationSent: Response {
    var json = JSONText()
    json.object { $0.member("status", "confirmation_sent") }
    return .json(json, status: .accepted)
  }

  /// A sign-up whose address is taken: by an earlier try of itself, or by somebody else.
  private func signupAgain(
    _ request: GatewayRequest, email: String, password: String, key: String, fingerprint: [UInt8]
  ) async throws -> Response {
    let signedIn: SignedIn
    do {
      signedIn = try await request.exchange.timed(\.auth) {
        try await identity.login(
          email: email, password: password, client: request.exchange.client.text)
      }
    } catch IdentityError.invalidCredentials { throw IdentityError.emailTaken }
    let session = try identity.authenticate(accessToken: signedIn.accessToken)
    guard try await keys.isSignup(key, fingerprint: fingerprint, session: session) else {
      throw IdentityError.emailTaken
    }
    var response = answer(signedIn, status: .created)
    response.headers[.idempotentReplayed] = "true"
    return response
  }

  @Sendable private func login(_ request: GatewayRequest) async throws -> Response {
    var json = try request.jsonObject()
    let email = json.string("email", maxCharacters: 254)
    let password = json.string("password", maxCharacters: 1024)
    try json.finish()
    guard let email, let password else { throw Problem.internal }
    let signedIn = try await request.exchange.timed(\.auth) {
      try await identity.login(
        email: email, password: password, client: request.exchange.client.text)
    }
    return answer(signedIn, status: .ok)
  }

  @Sendable private func logout(_ request: GatewayRequest) async throws -> Response {
    let sent = cookies.parse(request.head.headerFields[values: .cookie])
    let token = SessionGate.bearer(request.head) ?? sent.session
    try await request.exchange.timed(\.auth) {
      try await identity.logout(accessToken: token, refreshToken: sent.refresh)
    }
    var response = Response(status: .noContent)
    for cookie in cookies.clearing() {
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
    return response
  }

  @Sendable private func refresh(_ request: GatewayRequest) async throws -> Response {
    var token = cookies.parse(request.head.headerFields[values: .cookie]).refresh
    if token == nil, request.body.readableBytes > 0 {
      var json = try request.jsonObject()
      token = json.string("refresh_token", maxCharacters: 1024)
      try json.finish()
    }
    guard let token else { throw Problem.unauthenticated }
    let signedIn = try await request.exchange.timed(\.auth) {
      try await identity.refresh(
        refreshToken: token, client: request.exchange.client.text)
    }
    return answer(signedIn, status: .ok)
  }

  @Sendable private func changePassword(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    var json = try request.jsonObject()
    let current = json.string("current", maxCharacters: 1024)
    let new = json.string("new", maxCharacters: 1024)
    try json.finish()
    guard let current, let new else { throw Problem.internal }
    let replaced = try await request.exchange.timed(\.auth) {
      try await identity.changePassword(session: session, current: current, new: new)
    }
    var response = Response(status: .noContent)
    for cookie in replaced.map({ cookies.set($0) }) ?? [] {
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
    return response
  }

  @Sendable private func me(_ request: GatewayRequest) async throws -> Response {
    let session = try request.requireSession()
    let user = try await request.exchange.timed(\.db) { try await identity.me(session: session) }
    var json = JSONText()
    json.object { write(user, into: &$0) }
    return .json(json)
  }

  private func answer(_ signedIn: SignedIn, status: HTTPResponse.Status) -> Response {
    var json = JSONText()
    json.object {
      write(signedIn.user, into: &$0)
      $0.member("expires_at", signedIn.expiresAtText)
    }
    var response = Response.json(json, status: status)
    for cookie in cookies.set(signedIn) {
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
    }
    return response
  }

  private func write(_ user: UserProfile, into json: inout JSONText) {
    json.object("user") {
      $0.member("id", user.id)
      $0.member("email", user.email)
      $0.member("name", user.name)
      $0.member("created_at", user.createdAt)
    }
  }
}
