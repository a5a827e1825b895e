import Glibc

extension FailureKind {
  /// Names the system errors that a load run meets.
  init?(errno: CInt) {
    switch errno {
    case ECONNREFUSED: self = .refused
    case ETIMEDOUT: self = .connectTimeout
    case ENETUNREACH, EHOSTUNREACH: self = .unreachable
    case EADDRNOTAVAIL, EADDRINUSE: self = .noLocalPort
    case EMFILE, ENFILE: self = .noDescriptors
    case ECONNRESET, EPIPE: self = .reset
    default: return nil
    }
  }
}
