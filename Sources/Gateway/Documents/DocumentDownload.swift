import HTTPTypes
import HummingbirdCore
import NIOCore
import Postgres
import ServiceHost
import Telemetry

/// Sends the bytes of a document in pieces, each read when the one before has left.
struct DocumentDownload: Sendable {
  let store: DocumentStore
  let document: DocumentStore.Document
  let session: Session
  let exchange: RequestExchange

  /// 200 or 206 with the bytes, 304 for who has them, 416 for a range beyond the end.
  func response(to head: HTTPRequest) async throws -> Response {
    let tag = "\"\(document.sha256)\""
    if let known = head.headerFields[.ifNoneMatch], Self.matches(known, tag) {
      return Response(status: .notModified, headers: [.eTag: tag])
    }
    var headers: HTTPFields = [
      .contentType: document.contentType, .eTag: tag, .acceptRanges: "bytes",
      .contentDisposition: DocumentName.disposition(document.filename),
      .cacheControl: "private, no-cache",
    ]
    // A range of another version would be glued to the one the client has.
    let isSame = head.headerFields[.ifRange].map { $0 == tag } ?? true
    let range = ByteRange(
      isSame ? head.headerFields[.range] : nil, sizeBytes: document.sizeBytes)
    switch range {
    case .whole:
      let body = try await body(0...document.sizeBytes - 1, head)
      return Response(status: .ok, headers: headers, body: body)
    case .part(let range):
      headers[.contentRange] =
        "bytes \(range.lowerBound)-\(range.upperBound)/\(document.sizeBytes)"
      return Response(status: .partialContent, headers: headers, body: try await body(range, head))
    case .unsatisfiable: throw Problem.rangeNotSatisfiable(sizeBytes: document.sizeBytes)
    }
  }

  /// `*`, or a list of tags; a weak one stands for its strong one.
  private static func matches(_ header: String, _ tag: String) -> Bool {
    header.split(separator: ",").contains { item in
      let item = item.filter { $0 != " " }
      return item == "*" || item == tag || item == "W/" + tag
    }
  }

  private func body(_ range: ClosedRange<Int>, _ head: HTTPRequest) async throws -> ResponseBody {
    guard head.method != .head else {
      return ResponseBody(contentLength: range.count) { try await $0.finish(nil) }
    }
    // Before the first byte, so that bytes that cannot be had are a problem and not a cut answer.
    let reader = try await exchange.timed(\.db) {
      try await store.bytes.reader(document, range, of: session)
    }
    return ResponseBody(contentLength: range.count) { [exchange] writer in
      // An error cuts the connection, so that a part is not taken for the whole.
      while let bytes = try await exchange.timed(\.db, { try await reader.next() }) {
        try await writer.write(ByteBuffer(bytes: bytes))
      }
      try await writer.finish(nil)
    }
  }
}
