import Cryptography
import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost

/// `/assets/*`: the few files that pages need, held in memory, kept by browsers and asked for anew
/// with `If-None-Match`.
enum AssetRoutes {
  private struct Asset: Sendable {
    let type: String
    let body: ByteBuffer
    let tag: String

    init(_ type: String, _ text: String) {
      self.type = type
      body = ByteBuffer(string: text)
      let digest = SHA256.hash(Array(text.utf8)).prefix(8)
      tag = "\"" + digest.map { String($0, radix: 16) }.joined() + "\""
    }
  }

  private static let icon = """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="16" \
    fill="#9a3412"/><path d="M16 5c5 4 7 8 6 12 3-1 4-3 4-6 3 7-2 16-10 16S3 19 7 11c0 4 2 5 4 5 \
    -1-4 1-8 5-11z" fill="#ffedd5"/></svg>
    """

  static let routes: [Route] = {
    let assets = [
      "style.css": Asset("text/css; charset=utf-8", StyleSheet.css),
      "icon.svg": Asset("image/svg+xml", icon),
    ]
    return [
      Route(
        method: .get, template: "/assets/:name", access: .public, bodyBytesMax: 0,
        isLimited: false
      ) { request in
        guard let asset = request.parameters["name"].flatMap({ assets[$0] }) else {
          throw Problem.notFound
        }
        var headers: HTTPFields = [.eTag: asset.tag, .cacheControl: "public, max-age=300"]
        if request.head.headerFields[.ifNoneMatch]?.contains(asset.tag) == true {
          return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = asset.type
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: asset.body))
      }
    ]
  }()
}
