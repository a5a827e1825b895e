import HTTPTypes
import NIOCore
import NIOHTTP1

// Heads as the parser and the encoder know them, and as an app does.

extension HTTPRequestHead {
  /// RFC 9112, section 3.2: an HTTP/1.1 request has exactly one Host.
  var hasOneHost: Bool {
    version.minor == 0 || headers[canonicalForm: "host"].count == 1
  }
}

extension HTTPRequest {
  /// Nil where the method or a field name is none.
  init?(_ head: HTTPRequestHead) {
    guard let method = HTTPRequest.Method(head.method.rawValue) else { return nil }
    var fields = HTTPFields()
    fields.reserveCapacity(head.headers.count)
    var authority: String?
    for (name, value) in head.headers {
      guard let name = HTTPField.Name(name) else { return nil }
      if name.canonicalName == "host" {
        authority = value
      } else {
        fields.append(HTTPField(name: name, value: value))
      }
    }
    self.init(
      method: method, scheme: "http", authority: authority, path: head.uri, headerFields: fields)
  }
}

extension HTTPResponseHead {
  /// The head as sent: framing, date and connection are decided here and nowhere else.
  /// - Parameters:
  ///   - length: of the body; nil where it ends with its last chunk, or, to HTTP/1.0, with the
  ///     connection.
  ///   - keepAlive: whether the connection may be kept; false afterwards where it cannot.
  init(
    status: HTTPResponse.Status, headers: HTTPFields, length: Int?, version: HTTPVersion,
    date: String, keepAlive: inout Bool
  ) {
    var fields = HTTPHeaders()
    fields.reserveCapacity(headers.count + 3)
    for field in headers { fields.add(name: field.name.rawName, value: field.value) }
    if status.code != 204, status.code != 304, status.code >= 200 {
      if let length {
        fields.replaceOrAdd(name: "Content-Length", value: String(length))
      } else if version.major == 1, version.minor == 0 {
        keepAlive = false
      }
    }
    fields.add(name: "Date", value: date)
    if !keepAlive {
      fields.add(name: "Connection", value: "close")
    } else if version.minor == 0 {
      fields.add(name: "Connection", value: "keep-alive")
    }
    self.init(
      version: .http1_1,
      status: HTTPResponseStatus(statusCode: status.code, reasonPhrase: status.reasonPhrase),
      headers: fields)
  }
}
