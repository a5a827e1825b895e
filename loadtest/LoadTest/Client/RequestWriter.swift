import NIOCore

/// Writes requests as bytes; everything that does not change from one to the next is written once.
struct RequestWriter {
  private let heads: [ByteBuffer]
  private let questions: [ByteBuffer]
  private let operations: [Operation]
  private let allocator = ByteBufferAllocator()

  init(operations: [Operation], scenario: Scenario) {
    let allocator = allocator
    self.operations = operations
    heads = operations.map { Self.head($0, scenario, allocator) }
    questions = scenario.questions.map {
      allocator.buffer(string: "{\"message\":\(JSONString.quoted($0))}")
    }
  }

  private static func head(
    _ operation: Operation, _ scenario: Scenario, _ allocator: ByteBufferAllocator
  ) -> ByteBuffer {
    let path: String
    var accept = "application/json"
    switch operation.kind {
    case .chatMessage: path = "/api/chat/message"
    case .chatStream:
      path = "/api/chat/message"
      accept = "text/event-stream"
    case .read(let given): path = given
    case .fetch(let given):
      path = given
      accept = "*/*"
    case .signUp: path = Operation.signUpRoute
    }
    var text = "\(operation.method) \(path) HTTP/1.1\r\nHost: \(scenario.base.authority)\r\n"
    let given = Set(scenario.headers.map { $0.name.lowercased() })
    if !given.contains("accept") { text += "Accept: \(accept)\r\n" }
    if !given.contains("user-agent") { text += "User-Agent: phoenix-loadtest\r\n" }
    if operation.method == "POST" { text += "Content-Type: application/json\r\n" }
    for header in scenario.headers { text += "\(header.name): \(header.value)\r\n" }
    // A request without user or body never changes, so it is whole already.
    if case .fetch = operation.kind { text += "\r\n" }
    return allocator.buffer(string: text)
  }

  /// The bytes of one request.
  func request(_ operation: Int, user: VirtualUser?, question: Int) -> ByteBuffer {
    let head = heads[operation]
    switch operations[operation].kind {
    case .fetch: return head
    case .read: return whole(head, user, body: nil)
    case .chatMessage, .chatStream: return whole(head, user, body: questions[question])
    case .signUp:
      guard let user else { return head }
      return whole(
        head, nil,
        body: allocator.buffer(
          string: "{\"email\":\(JSONString.quoted(user.email)),\"password\":"
            + "\(JSONString.quoted(user.password)),\"name\":\"Charge \(user.number)\"}"))
    }
  }

  private func whole(_ head: ByteBuffer, _ user: VirtualUser?, body: ByteBuffer?) -> ByteBuffer {
    let cookies = user?.jar.header ?? ""
    var request = allocator.buffer(
      capacity: head.readableBytes + cookies.utf8.count + (body?.readableBytes ?? 0) + 64)
    request.writeImmutableBuffer(head)
    if !cookies.isEmpty {
      request.writeStaticString("Cookie: ")
      request.writeString(cookies)
      request.writeStaticString("\r\n")
    }
    if let body {
      request.writeStaticString("Content-Length: ")
      request.writeString(String(body.readableBytes))
      request.writeStaticString("\r\n\r\n")
      request.writeImmutableBuffer(body)
    } else {
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
