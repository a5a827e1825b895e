import JSONLogging
import Resilience
import ServiceHost
import Synchronization
import Upstream

/// Speaks to Supabase Storage in the user's name: its policies on `storage.objects` decide.
///
/// Whatever went wrong there is 400 on the wire, with the status it means as a string in the body.
final class SupabaseStorage: Sendable {
  private static let deadline = Duration.seconds(10)
  /// As long as a slow client may take over a whole file.
  static let transferDeadline = Duration.seconds(600)

  private let base: String
  private let anonKey: Secret<String>
  private let client: UpstreamClient
  private let breaker = Mutex(CircuitBreaker())
  let bucket: String

  init(settings: SupabaseSettings, bucket: String, client: UpstreamClient) {
    base = settings.url + "/storage/v1"
    anonKey = settings.anonKey
    self.bucket = bucket
    self.client = client
  }

  /// A request to `path` after `/storage/v1`.
  func request(
    _ method: UpstreamRequest.Method, _ path: String, of session: Session, json: JSONText? = nil,
    timeout: Duration = deadline
  ) -> UpstreamRequest {
    var headers = [
      UpstreamHeader("apikey", anonKey.reveal()),
      UpstreamHeader("authorization", "Bearer \(session.accessToken.reveal())"),
    ]
    if json != nil { headers.append(UpstreamHeader("content-type", "application/json")) }
    return UpstreamRequest(
      method, base + path, headers: headers, body: json?.bytes ?? [], timeout: timeout)
  }

  /// The whole answer; nil where the object is not there, or not the user's.
  func send(_ request: UpstreamRequest) async throws -> UpstreamResponse? {
    try admit()
    let answer: UpstreamResponse
    do throws(UpstreamError) { answer = try await client.send(request) } catch {
      throw told(error)
    }
    told(status: answer.status)
    guard answer.status >= 300 else { return answer }
    try Self.refuse(answer.status, answer.body)
    return nil
  }

  /// The answer as it comes; nil where the object is not there, or not the user's.
  func open(_ request: UpstreamRequest) async throws -> UpstreamStream? {
    try admit()
    let stream: UpstreamStream
    do throws(UpstreamError) { stream = try await client.open(request) } catch {
      throw told(error)
    }
    told(status: stream.status)
    guard stream.status >= 300 else { return stream }
    var body: [UInt8] = []
    while let piece = try? await stream.next(), body.count < 64 << 10 { body += piece }
    try Self.refuse(stream.status, body)
    return nil
  }

  /// Returns where the object is not there; throws whatever else it is.
  private static func refuse(_ status: Int, _ body: [UInt8]) throws(DocumentBytesError) {
    let json = try? JSONValue(parsing: body)
    let meant = json?["statusCode"]?.string.flatMap { Int($0) } ?? json?["statusCode"]?.int
    let text = "\(json?["code"]?.string ?? json?["error"]?.string ?? "")"
    let detail = "supabase storage: \(status) \(meant.map(String.init) ?? "") \(text.prefix(60))"
    switch meant ?? status {
    case 404 where text != "NoSuchBucket": return
    case 413: throw .tooLarge
    case 423, 429, 500...: throw .unavailable(detail: detail)
    default: throw .misconfigured(detail: detail)
    }
  }

  private func admit() throws(DocumentBytesError) {
    guard breaker.withLock({ $0.admits(at: MonotonicClock.now()) }) else {
      throw .unavailable(detail: "supabase storage: the breaker is open")
    }
  }

  private func told(status: Int) {
    breaker.withLock {
      if status >= 500 { $0.failed(at: MonotonicClock.now()) } else { $0.succeeded() }
    }
  }

  private func told(_ error: UpstreamError) -> DocumentBytesError {
    breaker.withLock {
      switch error.code {
      // Ours, or the family's: it says nothing about Supabase.
      case .cancelled, .closed, .overloaded, .invalidRequest, .uploadFailed, .tooLarge:
        $0.abandoned()
      default: $0.failed(at: MonotonicClock.now())
      }
    }
    return .unavailable(detail: "supabase storage: \(error)")
  }
}
