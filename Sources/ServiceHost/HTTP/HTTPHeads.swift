import HTTPTypes
import NIOCore
import NIOHTTP1

// Heads as the parser and the encoder know them, and as an app does.

extension HTTPRequestHead {
  /// RFC 9112, section 3.2: a request has one Host at most, in HTTP/1.1 exactly one.
  var hasOneHost: Bool {
    let count = headers[canonicalForm: "host"].count
    return count == 1 || (count == 0 && version.minor == 0)
  }

  /// Whether body and connection end where every proxy before us says: no coding but chunks, none
  /// at all in HTTP/1.0 (RFC 9112, section 6.1). The parser has refused length beside chunks.
  var isFramedPlainly: Bool {
    guard headers.contains(name: "transfer-encoding") else { return true }
    let codings = headers[canonicalForm: "transfer-encoding"]
    return version.minor > 0 && codings.count == 1 && codings[0].lowercased() == "chunked"
  }

  /// Bytes of the body, where declared; a number beyond all limits stays beyond them.
  var declaredLength: Int {
    guard let text = headers.first(name: "content-length") else { return 0 }
    return Int(clamping: UInt64(text) ?? 0)
  }

  /// The parser stops behind a request for another protocol, so its connection ends with it. The
  /// request itself is served as if it did not ask (RFC 9110, section 7.8).
  var endsParsing: Bool {
    method == .CONNECT
      || (headers.contains(name: "upgrade")
        && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" })
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
    if status.hasBody {
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
    // Only so does the encoder leave chunks out where the version knows none.
    let isChunkedToOld = length == nil && version.minor == 0
    self.init(
      version: isChunkedToOld ? .http1_0 : .http1_1,
      status: HTTPResponseStatus(statusCode: status.code, reasonPhrase: status.reasonPhrase),
      headers: fields)
  }
}

extension HTTPResponse.Status {
  /// Whether a body may follow (RFC 9110, section 6.4.1).
  var hasBody: Bool { code >= 200 && code != 204 && code != 304 }
}
