import Foundation
package import JSONLogging
package import ServiceHost

/// Everything the gateway is told from outside, parsed and checked once at start-up.
package struct GatewaySettings: Sendable {
  package var isProduction: Bool
  package var host: String
  package var port: Int
  package var adminHost: String
  package var adminPort: Int
  package var adminToken: Secret<String>?
  /// Scheme, host and port that browsers use; decides Secure cookies and HSTS.
  package var publicURL: String
  package var secretKey: Secret<[UInt8]>
  package var previousSecretKey: Secret<[UInt8]>?
  /// Holds a password.
  package var databaseURL: Secret<String>
  /// Accounts at Supabase; nil: the built-in ones.
  package var supabase: SupabaseSettings?
  /// Straight to the server, for LISTEN; as `databaseURL` where not set.
  package var listenDatabaseURL: Secret<String>
  /// Base URLs of the AI workers, without a trailing slash.
  package var workers: [String]
  /// What workers ask where they have a key: its counters start at 0.
  package var geminiModel: String
  package var workerToken: Secret<String>?
  package var chatDeadline: Duration
  package var analysisDeadline: Duration
  package var allowedOrigins: [String]
  /// Nil: off.
  package var rateLimit: (count: Int, window: Duration)?
  package var loginLimit: (count: Int, window: Duration)?
  package var trustedProxies: [AddressRange]
  package var logDirectory: String?
  package var logLevel: String
  /// Lines of success written in a second; nil writes them all.
  package var logSuccessRate: Int?
  package var jsonBytesMax: Int
  /// One file, decoded.
  package var uploadBytesMax: Int
  /// All files of a user.
  package var userBytesMax: Int
  /// Days for which an untouched conversation is kept; nil: for ever.
  package var retentionDays: Int?
  package var drainDelay: Duration
  package var drainTimeout: Duration

  /// Browsers reach us by https, so cookies are Secure and HSTS is sent.
  package var isHTTPS: Bool { publicURL.hasPrefix("https://") }

  /// Reads the environment; throws every fault at once.
  package init(environment: [String: String]) throws(SettingsError) {
    var reader = SettingsReader(environment)
    let kind = reader.choice(
      "PHOENIX_ENV", default: "development", of: ["development", "production"])
    isProduction = kind == "production"
    host = reader.string("PHOENIX_HOST", default: isProduction ? "0.0.0.0" : "127.0.0.1")
    let defaultPort = isProduction ? 3080 : 3000
    let platformPort = reader.port("PORT", default: defaultPort)
    port = reader.port("PHOENIX_PORT", default: platformPort)
    adminHost = reader.string("PHOENIX_ADMIN_HOST", default: "127.0.0.1")
    adminPort = reader.port("PHOENIX_ADMIN_PORT", default: 9464)
    adminToken = reader.string("PHOENIX_ADMIN_TOKEN").map { Secret($0) }
    publicURL = reader.string("PHOENIX_PUBLIC_URL", default: "http://127.0.0.1:\(port)")
    while publicURL.hasSuffix("/") { publicURL.removeLast() }
    if !publicURL.hasPrefix("http://"), !publicURL.hasPrefix("https://") {
      reader.fault("PHOENIX_PUBLIC_URL must start with http:// or https://")
    }
    secretKey = Self.key("PHOENIX_SECRET_KEY", &reader) ?? Secret([])
    if secretKey.reveal().isEmpty {
      reader.fault("PHOENIX_SECRET_KEY is required: 32 random bytes in base64")
    }
    previousSecretKey = Self.key("PHOENIX_SECRET_KEY_PREVIOUS", &reader)
    databaseURL = Secret(reader.string("DATABASE_URL", default: ""))
    if databaseURL.reveal().isEmpty { reader.fault("DATABASE_URL is required: role gateway") }
    supabase = SupabaseSettings(
      reading: &reader, publicURL: publicURL, isProduction: isProduction)
    listenDatabaseURL = Secret(
      reader.string("PHOENIX_LISTEN_DATABASE_URL", default: databaseURL.reveal()))
    var workers = reader.list("PHOENIX_AI_WORKERS")
    if workers.isEmpty { workers = reader.list("PYTHON_API_URL") }
    if workers.isEmpty { workers = ["http://127.0.0.1:8000"] }
    if workers.count > 64 { reader.fault("PHOENIX_AI_WORKERS may name at most 64 workers") }
    for worker in workers where !worker.hasPrefix("http://") && !worker.hasPrefix("https://") {
      reader.fault("PHOENIX_AI_WORKERS: \(worker) is not an http URL")
    }
    if Set(workers).count != workers.count {
      reader.fault("PHOENIX_AI_WORKERS names a worker twice")
    }
    self.workers = workers.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
    geminiModel = reader.string("GEMINI_MODEL", default: "gemini-2.5-flash")
    workerToken = reader.string("PHOENIX_WORKER_TOKEN").map { Secret($0) }
    chatDeadline = reader.duration("PHOENIX_AI_DEADLINE", default: .seconds(30))
    analysisDeadline = reader.duration("PHOENIX_AI_DEADLINE", default: .seconds(60))
    allowedOrigins = reader.list("PHOENIX_ALLOWED_ORIGINS")
    for origin in allowedOrigins where !origin.hasPrefix("http") || origin.hasSuffix("/") {
      reader.fault("PHOENIX_ALLOWED_ORIGINS: \(origin) is not an origin, as in https://exemple.fr")
    }
    let perQuarter = Duration.seconds(900)
    rateLimit = reader.rate(
      "PHOENIX_RATE_LIMIT", default: (200, perQuarter), mayBeOff: !isProduction)
    loginLimit = reader.rate(
      "PHOENIX_LOGIN_LIMIT", default: (10, perQuarter), mayBeOff: !isProduction)
    trustedProxies = []
    for text in reader.list("PHOENIX_TRUSTED_PROXIES") {
      if let range = AddressRange(text) {
        trustedProxies.append(range)
      } else {
        reader.fault("PHOENIX_TRUSTED_PROXIES: \(text) is not a CIDR, as in 10.0.0.0/8")
      }
    }
    logDirectory = reader.string("PHOENIX_LOG_DIR")
    logLevel = reader.choice(
      "PHOENIX_LOG_LEVEL", default: "info",
      of: ["trace", "debug", "info", "notice", "warning", "error", "critical"])
    logSuccessRate =
      reader.string("PHOENIX_LOG_SUCCESS_RATE", default: "off") == "off"
      ? nil : reader.int("PHOENIX_LOG_SUCCESS_RATE", default: 0, in: 1...1_000_000)
    jsonBytesMax = reader.bytes("PHOENIX_JSON_BYTES_MAX", default: 64 * 1024)
    uploadBytesMax = reader.bytes("PHOENIX_UPLOAD_BYTES_MAX", default: 10 << 20)
    userBytesMax = reader.bytes("PHOENIX_USER_BYTES_MAX", default: 200 << 20)
    retentionDays =
      reader.string("PHOENIX_RETENTION_DAYS") == nil
      ? nil : reader.int("PHOENIX_RETENTION_DAYS", default: 0, in: 1...36_500)
    drainDelay = reader.duration("PHOENIX_DRAIN_DELAY", default: isProduction ? .seconds(5) : .zero)
    drainTimeout = reader.duration("PHOENIX_DRAIN_TIMEOUT", default: .seconds(25))
    try reader.finish()
  }

  private static func key(_ name: String, _ reader: inout SettingsReader) -> Secret<[UInt8]>? {
    guard let text = reader.string(name) else { return nil }
    guard let data = Data(base64Encoded: text), data.count >= 32 else {
      reader.fault("\(name) must be at least 32 bytes in base64")
      return nil
    }
    return Secret(Array(data))
  }

  /// The settings as JSON for people: no secret, no password.
  package var description: String {
    var json = JSONText()
    json.object {
      $0.member("env", isProduction ? "production" : "development")
      $0.member("host", host)
      $0.member("port", port)
      $0.member("admin_host", adminHost)
      $0.member("admin_port", adminPort)
      $0.member("public_url", publicURL)
      $0.member("database", databaseURL.reveal().isEmpty ? "unset" : "set")
      $0.member("identity", supabase == nil ? "built-in" : "supabase")
      $0.member("supabase_url", supabase?.url)
      $0.member("storage_bucket", supabase?.storageBucket)
      $0.array("ai_workers", workers) { worker, json in json.string(Self.withoutPassword(worker)) }
      $0.member("worker_token", workerToken == nil ? "unset" : "set")
      $0.member("ai_deadline_seconds", chatDeadline.seconds)
      $0.array("allowed_origins", allowedOrigins) { origin, json in json.string(origin) }
      $0.member("rate_limit", Self.text(rateLimit))
      $0.member("login_limit", Self.text(loginLimit))
      $0.member("log_dir", logDirectory)
      $0.member("log_level", logLevel)
      $0.member("log_success_rate", logSuccessRate.map(String.init) ?? "off")
      $0.member("json_bytes_max", jsonBytesMax)
      $0.member("upload_bytes_max", uploadBytesMax)
      $0.member("user_bytes_max", userBytesMax)
      $0.member("retention_days", retentionDays.map(String.init) ?? "unset")
      $0.member("drain_delay_seconds", drainDelay.seconds)
      $0.member("drain_timeout_seconds", drainTimeout.seconds)
    }
    return json.text
  }

  private static func text(_ rate: (count: Int, window: Duration)?) -> String {
    rate.map { "\($0.count)/\(Int($0.window.seconds))s" } ?? "off"
  }

  private static func withoutPassword(_ url: String) -> String {
    guard let scheme = url.range(of: "://"), let at = url.lastIndex(of: "@") else { return url }
    return url[..<scheme.upperBound] + "…" + url[at...]
  }
}
