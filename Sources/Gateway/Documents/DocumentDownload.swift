import HTTPTypes
import HummingbirdCore
import NIOCore
import Postgres
import ServiceHost
import Telemetry

/// Sends the bytes of a document, a stored part at a time, each read when the one before has left.
struct DocumentDownload: Sendable {
  let store: DocumentStore
  let document: DocumentStore.Document
  let session: Session
  let exchange: RequestExchange

  /// 200 or 206 with the bytes, 304 for who has them, 416 for a range beyond the end.
  func response(to head: HTTPRequest) throws(Problem) -> Response {
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
      return Response(status: .ok, headers: headers, body: body(0...document.sizeBytes - 1, head))
    case .part(let range):
      headers[.contentRange] =
        "bytes \(range.lowerBound)-\(range.upperBound)/\(document.sizeBytes)"
      return Response(status: .partialContent, headers: headers, body: body(range, head))
    case .unsatisfiable: throw .rangeNotSatisfiable(sizeBytes: document.sizeBytes)
    }
  }

  /// `*`, or a list of tags; a weak one stands for its strong one.
  private static func matches(_ header: String, _ tag: String) -> Bool {
    header.split(separator: ",").contains { item in
      let item = item.filter { $0 != " " }
      return item == "*" || item == tag || item == "W/" + tag
    }
  }

  private func body(_ range: ClosedRange<Int>, _ head: HTTPRequest) -> ResponseBody {
    let isHead = head.method == .head
    return ResponseBody(contentLength: range.count) { writer in
      if !isHead { try await write(range, to: &writer) }
      try await writer.finish(nil)
    }
  }

  private func write(
    _ range: ClosedRange<Int>, to writer: inout any ResponseBodyWriter
  ) async throws {
    let size = DocumentStore.partBytes
    for part in range.lowerBound / size...range.upperBound / size {
      let bytes = try await exchange.timed(\.db) {
        try await store.part(part, of: document.id, of: session)
      }
      // Deleted meanwhile: the connection is cut, so that a part is not taken for the whole.
      guard let bytes else { throw Problem.notFound }
      let first = max(0, range.lowerBound - part * size)
      let last = min(bytes.count - 1, range.upperBound - part * size)
      guard first <= last else { throw Problem.notFound }
      try await writer.write(ByteBuffer(bytes: bytes[first...last]))
    }
  }
}
