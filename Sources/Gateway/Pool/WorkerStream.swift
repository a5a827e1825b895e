package import Upstream

/// A worker's answer whose body is still to come. Counts as in the worker's hands until it has been
/// read to its end, has failed, was cancelled, or the last reference is gone.
package final class WorkerStream: Sendable {
  /// The base URL of the worker that answers.
  package let worker: String
  private let stream: UpstreamStream
  private let lease: WorkerLease

  init(_ stream: UpstreamStream, worker: String, lease: WorkerLease) {
    self.stream = stream
    self.worker = worker
    self.lease = lease
  }

  /// The status code.
  package var status: Int { stream.status }
  /// The fields, names in lower case.
  package var headers: [UpstreamHeader] { stream.headers }

  /// The value of a field, by any case of its name.
  package func header(_ name: String) -> String? { headers.first(name.lowercased()) }

  /// The bytes received since the last call, waiting for some; `nil` at the end. The end says
  /// nothing about the events within being complete.
  package func next() async throws(WorkerPoolError) -> [UInt8]? {
    do throws(UpstreamError) {
      let bytes = try await stream.next()
      if bytes == nil { lease.finish(status: status) }
      return bytes
    } catch {
      lease.finish(error)
      throw WorkerPoolError(error, worker: worker)
    }
  }

  /// Ends the request; the worker sees its connection closed.
  package func cancel() {
    stream.cancel()
    lease.finish(.cancelled, .none)
  }
}
