package import JSONLogging
package import ServiceHost

/// Where a Supabase project is, and what it knows us by.
package struct SupabaseSettings: Sendable {
  /// `https://<ref>.supabase.co`, without a slash at the end.
  package var url: String
  /// The publishable key, or the legacy `anon` JWT.
  package var anonKey: Secret<String>
  /// The secret key, or the legacy `service_role` JWT: passes row-level security, so it is used for
  /// nothing but the deletion of accounts and for telling Supabase whose request it is.
  package var secretKey: Secret<String>?
  /// Of a project that still signs with HS256.
  package var jwtSecret: Secret<String>?
  /// The private bucket of documents; nil keeps them in the database.
  package var storageBucket: String?
  /// Where a mail that confirms an address leads back to.
  package var publicURL: String
  /// How long one answer may take, every try included. Supabase itself gives up after 10 s.
  package var deadline = Duration.seconds(6)

  package init(
    url: String, anonKey: String, secretKey: String? = nil, jwtSecret: String? = nil,
    publicURL: String
  ) {
    self.url = url
    self.anonKey = Secret(anonKey)
    self.secretKey = secretKey.map { Secret($0) }
    self.jwtSecret = jwtSecret.map { Secret($0) }
    self.publicURL = publicURL
  }

  /// What the environment says; nil without `SUPABASE_URL`.
  package init?(reading reader: inout SettingsReader, publicURL: String, isProduction: Bool) {
    var url = reader.string("SUPABASE_URL", default: "")
    let anonKey = reader.string("SUPABASE_ANON_KEY", default: "")
    let secretKey = reader.string("SUPABASE_SECRET_KEY")
    let jwtSecret = reader.string("SUPABASE_JWT_SECRET")
    let bucket = reader.string("SUPABASE_STORAGE_BUCKET")
    guard !url.isEmpty else { return nil }
    while url.hasSuffix("/") { url.removeLast() }
    let isPlain = url.hasPrefix("http://")
    if !isPlain, !url.hasPrefix("https://") {
      reader.fault("SUPABASE_URL must start with https://")
    } else if isPlain, isProduction, !Self.isLoopback(url) {
      reader.fault("SUPABASE_URL must start with https:// in production")
    }
    if anonKey.isEmpty { reader.fault("SUPABASE_ANON_KEY is required with SUPABASE_URL") }
    if secretKey == nil, isProduction {
      reader.fault("SUPABASE_SECRET_KEY is required in production: accounts are deleted with it")
    }
    for (name, value) in [
      ("SUPABASE_ANON_KEY", anonKey), ("SUPABASE_SECRET_KEY", secretKey ?? ""),
    ] where !value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) {
      reader.fault("\(name) must be one word")
    }
    if let jwtSecret, jwtSecret.utf8.count < 32 {
      reader.fault("SUPABASE_JWT_SECRET must have at least 32 bytes")
    }
    if let bucket, bucket.utf8.count > 100 || !bucket.utf8.allSatisfy(Self.isOfName) {
      reader.fault("SUPABASE_STORAGE_BUCKET must be of letters, digits, '-', '_' and '.'")
    }
    self.init(
      url: url, anonKey: anonKey, secretKey: secretKey, jwtSecret: jwtSecret,
      publicURL: publicURL)
    storageBucket = bucket
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }

  private static func isLoopback(_ url: String) -> Bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"].contains { host in
      url == host || url.hasPrefix(host + ":") || url.hasPrefix(host + "/")
    }
  }

  /// The base of Supabase Auth, and `iss` of its tokens.
  var authURL: String { url + "/auth/v1" }
}
