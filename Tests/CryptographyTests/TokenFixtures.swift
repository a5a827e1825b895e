import Cryptography

/// Keys and tokens made with the openssl tool; the private keys are thrown away.
enum TokenFixtures {
  static let issuer = "https://id.exemple.fr/auth/v1"
  static let audience = "authenticated"
  /// Between `iat` and `exp` of every token here.
  static let now: Int64 = 1_900_000_001
  static let expiresAt: Int64 = 1_900_003_600
  static let subject = "0198c0de-0000-7000-8000-000000000001"
  static let sessionID = "0198c0de-0000-7000-8000-000000000002"

  static let payload =
    #"{"iss":"https://id.exemple.fr/auth/v1","aud":"authenticated","#
    + #""sub":"0198c0de-0000-7000-8000-000000000001","exp":1900003600,"iat":1900000000,"#
    + #""role":"authenticated","session_id":"0198c0de-0000-7000-8000-000000000002","#
    + #""email":"zoe@exemple.fr"}"#

  static let claims = JWTClaims(
    issuer: issuer, audience: [audience], subject: subject, expiresAt: expiresAt,
    issuedAt: 1_900_000_000, role: "authenticated", sessionID: sessionID, email: "zoe@exemple.fr")

  static let secret = Array("0123456789abcdef0123456789abcdef".utf8)

  static let rsaHeader = #"{"alg":"RS256","kid":"rsa-1","typ":"JWT"}"#
  static let ecHeader = #"{"alg":"ES256","kid":"ec-1","typ":"JWT"}"#

  /// A signature over `rsaHeader` and `payload`.
  static let rsaSignature =
    "P3qzJS-YxwVtq9ML5wMYj-cnpcbggVFbXQ4ZGfwuoE7kTD8lC1oEyJeFS4jau2DuTWmXJAS9u0JTyFuAzu6s"
    + "0QDp54tnJ-sy-k2REuSsuphYbzWouGOm-ZckxBc5iaPvTI6HAqrtPcmYUHxnOHGuf6mUVGYGtlcpTVHOr_e_"
    + "-FVDU4_V6axUgmMAQCrI9bNvlqXKMoyBzsVea3EwCUbC9tODmywUvstVmUP50xp5cpd3hZtPAMFM-QmsQrsh"
    + "qKwssWd_8jW4RtKvVu2OPs59YFkD1xx7PhQjzuaTm52VmH6JwOPL_9dr4Pm-tqlSLZ--g3lOUjbFWVNgXyZF"
    + "vBADRw"

  /// A signature over `ecHeader` and `payload`.
  static let ecSignature =
    "dNAD7d9IfvWeTxBJYiE5i1kp20LyXM9m4u1PfveSaJW-xybHICCpCKTjQilqJPHtriikw6Q9WGf6vlRVC-jN"
    + "8g"

  static let rsaPEM = """
    -----BEGIN PUBLIC KEY-----
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxYNch+aWEyKMQUYIvBMe
    g7KLTHbejsjelFr6fjhTKwQe7tV1m01siYc6pWq+zhkmyh9NOk3kGpCk88PNdXr/
    DVEjgeGv36LRrbtKqrSBMKFbUd3Vj5FkzIPYBuqrFDTYT7V9KYL/Aqno8SHXdxGE
    ZETUz4dNi3fucmhUUAHv7b4kIagjcimXJsTW8X7JQDXLe0RuNSNTDGPw+vzD/8SQ
    8HdWlXKFmc7I4Os8FW9CKn12H7vTPccpPtuJ8xiEEFGdAmejhrYA8lTAintA5FuB
    63c5r661ROZ9g3vMZOckKwInH6Sg06JotikAQ77SCqRLAwo1gSD0OHfjYTNpH/j1
    gwIDAQAB
    -----END PUBLIC KEY-----
    """

  static let rsaModulus =
    "xYNch-aWEyKMQUYIvBMeg7KLTHbejsjelFr6fjhTKwQe7tV1m01siYc6pWq-zhkmyh9NOk3kGpCk88PNdXr_"
    + "DVEjgeGv36LRrbtKqrSBMKFbUd3Vj5FkzIPYBuqrFDTYT7V9KYL_Aqno8SHXdxGEZETUz4dNi3fucmhUUAHv"
    + "7b4kIagjcimXJsTW8X7JQDXLe0RuNSNTDGPw-vzD_8SQ8HdWlXKFmc7I4Os8FW9CKn12H7vTPccpPtuJ8xiE"
    + "EFGdAmejhrYA8lTAintA5FuB63c5r661ROZ9g3vMZOckKwInH6Sg06JotikAQ77SCqRLAwo1gSD0OHfjYTNp"
    + "H_j1gw"

  static let ecPEM = """
    -----BEGIN PUBLIC KEY-----
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEAie8FCbxUxuOc52mTceYd1MhoPgL
    qaXWfmkOQss41JSzgzZEXzbkmdxVYBB2ikQmya2DYizTYkvZ2GiaZaejlw==
    -----END PUBLIC KEY-----
    """

  static let ecX = "Aie8FCbxUxuOc52mTceYd1MhoPgLqaXWfmkOQss41JQ"
  static let ecY = "s4M2RF825JncVWAQdopEJsmtg2Is02JL2dhommWno5c"

  static let rsa1024PEM = """
    -----BEGIN PUBLIC KEY-----
    MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDcqPgH5lD2rT+9Vn0lr4EWJ4Mq
    kML83dF3yuZ4kLyWC5ulUyqwSKI9v+QgQBEXCqVzxYLoNuzhmbwSvz1ST6IB+znx
    VYL2MKXA5aIS+Z0ksZwhjjAeqIMn7DSQbctLBx8/6CkNaXbkO4h1+9kFrAvmDWTp
    XIhk7VOJDBSwxxdIqwIDAQAB
    -----END PUBLIC KEY-----
    """

  static let p384PEM = """
    -----BEGIN PUBLIC KEY-----
    MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEQ/Dp/7+FssPKGAwHQRrt73p20Lbe/Bbh
    00CZL5Bk1ZLX+mx8MLmKbMHltq+jLzsoibkGogheVVbho87K8A3Qm67X96UslCtO
    rTb/bH8rWBixGXShQxIVs37HVaog7EeT
    -----END PUBLIC KEY-----
    """

  static let ed25519PEM = """
    -----BEGIN PUBLIC KEY-----
    MCowBQYDK2VwAyEAdwKONVQ0II/blAFfD2jgNM0ZefW4NZ1MpHvOf1eF3GI=
    -----END PUBLIC KEY-----
    """

  /// Joins the three parts of a token.
  static func token(_ header: String, _ payload: String, signature: String) -> String {
    "\(Base64URL.encode(Array(header.utf8))).\(Base64URL.encode(Array(payload.utf8))).\(signature)"
  }

  /// A token signed with HMAC under `secret`, whatever its header says.
  static func hmacToken(
    header: String = #"{"alg":"HS256","typ":"JWT"}"#, payload: String = payload,
    secret: [UInt8] = secret
  ) -> String {
    let unsigned = token(header, payload, signature: "")
    let code = HMACSHA256.authenticate(Array(unsigned.dropLast().utf8), key: secret)
    return unsigned + Base64URL.encode(code)
  }

  static func verifier(_ keys: [JWTKey], leeway: Int64 = 0) -> JWTVerifier {
    JWTVerifier(keys: keys, issuer: issuer, audience: audience, leeway: leeway)
  }
}
