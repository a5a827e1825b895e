#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

extension Double {
  /// Natural logarithm.
  var logarithm: Double { log(self) }
}
