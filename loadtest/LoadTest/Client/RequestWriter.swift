import FoundationEssentials
import NIOCore

/// Writes requests as bytes; everything that does not change from one to the next is written once.
struct RequestWriter {
  private let heads: [ByteBuffer]
  private let questions: [String]
  private let quotedQuestions: [String]
  private let operations: [Operation]
  private let fields: String
  private let allocator = ByteBufferAllocator()

  init(operations: [Operation], scenario: Scenario) {
    let allocator = allocator
    self.operations = operations
    var fields = "Host: \(scenario.base.authority)\r\n"
    let given = Set(scenario.headers.map { $0.name.lowercased() })
    if !given.contains("user-agent") { fields += "User-Agent: phoenix-loadtest\r\n" }
    for header in scenario.headers { fields += "\(header.name): \(header.value)\r\n" }
    self.fields = fields
    questions = scenario.questions
    quotedQuestions = scenario.questions.map { JSONString.quoted($0) }
    heads = operations.map { operation in
      allocator.buffer(
        string: Self.head(operation, fields, acceptIsGiven: given.contains("accept")))
    }
  }

  /// All of the head that is the same for every user; the empty path stands for one that is not.
  private static func head(
    _ operation: Operation, _ fields: String, acceptIsGiven: Bool
  ) -> String {
    var path = operation.route ?? "/"
    var accept = operation.isStream ? "text/event-stream" : "application/json"
    var contentType: String? = "application/json"
    switch operation.kind {
    case .read(let given), .send(let given, _, _): path = given
    case .fetch(let given):
      path = given
      accept = "*/*"
    case .upload: contentType = "multipart/form-data; boundary=\(boundary)"
    case .refresh: contentType = nil
    default: break
    }
    var text = isPathOwn(operation) ? "" : "\(operation.method) \(path) HTTP/1.1\r\n"
    text += fields
    if !acceptIsGiven { text += "Accept: \(accept)\r\n" }
    if operation.method != "GET", let contentType { text += "Content-Type: \(contentType)\r\n" }
    // A request without user or body never changes, so it is whole already.
    if case .fetch = operation.kind { text += "\r\n" }
    return text
  }

  private static func isPathOwn(_ operation: Operation) -> Bool {
    switch operation.kind {
    case .search, .download, .patchProcedure: true
    default: false
    }
  }

  /// The bytes of one request.
  func request(_ index: Int, user: VirtualUser?, question: Int, number: Int) -> ByteBuffer {
    let head = heads[index]
    let operation = operations[index]
    if case .send(_, let body, _) = operation.kind { return whole(head, user, body: body) }
    guard let user else { return head }
    switch operation.kind {
    case .fetch, .send: return head
    case .read: return whole(head, user)
    case .search(let path):
      return whole(head, user, line: "GET \(path)?q=\(Self.escaped(topic(question))) HTTP/1.1\r\n")
    case .download:
      let id = user.document ?? "-"
      return whole(head, user, line: "GET /api/documents/\(id)/content HTTP/1.1\r\n")
    case .chat(_, let follow, let canary):
      return whole(head, user, body: chat(user, question, follow: follow, canary: canary))
    case .signUp:
      return whole(
        head, nil,
        body: "{\"email\":\(JSONString.quoted(user.email)),\"password\":"
          + "\(JSONString.quoted(user.password)),\"name\":\"Famille \(user.canary.word)\","
          // Without consent no question reaches the model.
          + "\"consents\":{\"gemini\":true}}")
    case .logIn:
      return whole(
        head, nil,
        body: "{\"email\":\(JSONString.quoted(user.email)),\"password\":"
          + "\(JSONString.quoted(user.password))}")
    case .refresh: return whole(head, user, body: "")
    case .upload: return whole(head, user, bytes: form(user))
    case .analyze:
      let content = Data(LetterPDF.make(canary: user.canary.word)).base64EncodedString()
      return whole(
        head, user,
        body: "{\"filename\":\"courrier-\(user.canary.word).pdf\","
          + "\"content_type\":\"application/pdf\",\"content_base64\":\"\(content)\"}")
    case .createProcedure:
      return whole(
        head, user,
        body:
          "{\"type\":\"AAH\",\"title\":\"Demande \(user.canary.word)\",\"status\":\"brouillon\","
          + "\"steps\":[{\"title\":\"Certificat médical\",\"done\":false}]}")
    case .patchProcedure:
      return whole(
        head, user, line: "PATCH /api/procedures/\(user.procedure ?? "-") HTTP/1.1\r\n",
        body: "{\"status\":\"en_cours\",\"notes\":\"\(user.canary.word) \(number)\"}")
    }
  }

  private func chat(
    _ user: VirtualUser, _ question: Int, follow: Bool, canary: Bool
  ) -> String {
    var text = "{\"message\":"
    if canary {
      text += JSONString.quoted("\(questions[question]) Mon dossier : \(user.canary.word)")
    } else {
      text += quotedQuestions[question]
    }
    if follow, let conversation = user.conversation {
      text += ",\"conversation_id\":\"\(conversation)\""
    }
    return text + "}"
  }

  private static let boundary = "phoenix-loadtest-5f1c"

  private func form(_ user: VirtualUser) -> [UInt8] {
    var bytes = Array(
      ("--\(Self.boundary)\r\nContent-Disposition: form-data; name=\"file\"; "
        + "filename=\"courrier-\(user.canary.word).pdf\"\r\nContent-Type: application/pdf\r\n\r\n")
        .utf8)
    bytes += LetterPDF.make(canary: user.canary.word)
    bytes += Array("\r\n--\(Self.boundary)--\r\n".utf8)
    return bytes
  }

  /// The longest word of a question: what a family types into a search field.
  private func topic(_ question: Int) -> String {
    let words = questions[question].split { !$0.isLetter && $0 != "-" }
    return words.max { $0.count < $1.count }.map(String.init) ?? "aide"
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a)
        || (byte >= 0x61 && byte <= 0x7a) || byte == 0x2d
      let hex = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (hex.count < 2 ? "0" : "") + hex
    }.joined()
  }

  private func whole(
    _ head: ByteBuffer, _ user: VirtualUser?, line: String = "", body: String
  ) -> ByteBuffer {
    var request = start(head, user, line, room: body.utf8.count)
    request.writeStaticString("Content-Length: ")
    request.writeString(String(body.utf8.count))
    request.writeStaticString("\r\n\r\n")
    request.writeString(body)
    return request
  }

  private func whole(_ head: ByteBuffer, _ user: VirtualUser?, bytes: [UInt8]) -> ByteBuffer {
    var request = start(head, user, "", room: bytes.count)
    request.writeString("Content-Length: \(bytes.count)\r\n\r\n")
    request.writeBytes(bytes)
    return request
  }

  private func whole(_ head: ByteBuffer, _ user: VirtualUser?, line: String = "") -> ByteBuffer {
    var request = start(head, user, line, room: 0)
    request.writeStaticString("\r\n")
    return request
  }

  private func start(
    _ head: ByteBuffer, _ user: VirtualUser?, _ line: String, room: Int
  ) -> ByteBuffer {
    let cookies = user?.jar.header ?? ""
    var request = allocator.buffer(
      capacity: line.utf8.count + head.readableBytes + cookies.utf8.count + room + 64)
    request.writeString(line)
    request.writeImmutableBuffer(head)
    if !cookies.isEmpty {
      request.writeStaticString("Cookie: ")
      request.writeString(cookies)
      request.writeStaticString("\r\n")
    }
    return request
  }
}

/// JSON string literals.
enum JSONString {
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
