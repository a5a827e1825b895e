package import Upstream

/// A worker's whole answer, whatever its status.
package struct WorkerReply: Sendable {
  /// The status code; 502 and 503 only where no other try was possible.
  package let status: Int
  /// The fields, names in lower case.
  package let headers: [UpstreamHeader]
  /// The body.
  package let body: [UInt8]
  /// The base URL of the worker that answered.
  package let worker: String
  /// The time of the attempt that gave the answer.
  package let duration: Duration

  /// The value of a field, by any case of its name.
  package func header(_ name: String) -> String? { headers.first(name.lowercased()) }
}
