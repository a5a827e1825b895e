/// The methods metrics know; every other one is `OTHER`, so nobody can make series.
enum HTTPMethodLabel: Int, CaseIterable {
  case get, head, post, put, patch, delete, options, connect, trace, other

  init(_ method: String) {
    switch method {
    case "GET": self = .get
    case "HEAD": self = .head
    case "POST": self = .post
    case "PUT": self = .put
    case "PATCH": self = .patch
    case "DELETE": self = .delete
    case "OPTIONS": self = .options
    case "CONNECT": self = .connect
    case "TRACE": self = .trace
    default: self = .other
    }
  }

  var text: String {
    switch self {
    case .get: "GET"
    case .head: "HEAD"
    case .post: "POST"
    case .put: "PUT"
    case .patch: "PATCH"
    case .delete: "DELETE"
    case .options: "OPTIONS"
    case .connect: "CONNECT"
    case .trace: "TRACE"
    case .other: "OTHER"
    }
  }
}
