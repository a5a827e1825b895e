/// A signed-in user with its cookies and what it owns; confined to the event loop that sends its
/// requests.
final class VirtualUser {
  let number: Int
  let email: String
  let password: String
  let canary: Canary
  /// Which connections carry its requests.
  let lane: Int
  var jar = CookieJar()
  /// Its last conversation, procedure and document.
  private(set) var conversation: String?
  private(set) var procedure: String?
  private(set) var document: String?

  init(number: Int, run: String, lane: Int, credentials: Credentials?) {
    self.number = number
    self.lane = lane
    canary = Canary(run: run, number: number)
    email = credentials?.email ?? "\(canary.word)@exemple.fr"
    password = credentials?.password ?? "phrase de passe \(run) \(number)"
  }

  /// Learns from an answer what it owns now.
  func learn(from exchange: Exchange, of operation: Operation) {
    if let cookies = exchange.head?.setCookies { for cookie in cookies { jar.set(cookie) } }
    switch operation.kind {
    case .chat:
      if let id = ByteSearch.text(after: "\"conversation_id\":\"", in: exchange.body) {
        conversation = id
      }
    case .createProcedure:
      if let id = ByteSearch.text(after: "\"id\":\"", in: exchange.body) { procedure = id }
    case .upload:
      if let id = ByteSearch.text(after: "\"id\":\"", in: exchange.body) { document = id }
    default: break
    }
  }

  /// Whether it has what the operation works on.
  func isReady(for operation: Operation) -> Bool {
    switch operation.kind {
    case .patchProcedure: procedure != nil
    case .download: document != nil
    default: true
    }
  }

  /// The loopback address of user `number`: 127.1.0.1 and up, never a network's first or last.
  static func sourceAddress(_ number: Int) -> String {
    "127.\(1 + number / 62_500).\(number % 62_500 / 250).\(1 + number % 250)"
  }
}
