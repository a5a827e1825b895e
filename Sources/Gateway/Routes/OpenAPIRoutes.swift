import Cryptography
import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceHost

/// `GET /openapi.json`: what all of this is, for programs.
enum OpenAPIRoutes {
  static func routes(version: String) -> [Route] {
    let bytes = OpenAPIDocument.json(version: version).bytes
    let body = ByteBuffer(bytes: bytes)
    let tag = "\"\(Hexadecimal.encode(Array(SHA256.hash(bytes).prefix(8))))\""
    return [
      Route(
        method: .get, template: "/openapi.json", access: .public, bodyBytesMax: 0, isLimited: true
      ) { request in
        var headers: HTTPFields = [.eTag: tag, .cacheControl: "public, max-age=300"]
        if request.head.headerFields[.ifNoneMatch]?.contains(tag) == true {
          return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: body))
      }
    ]
  }
}
