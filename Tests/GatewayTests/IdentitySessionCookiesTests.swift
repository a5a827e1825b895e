import Gateway
import Testing

@Suite struct SessionCookiesTests {
  private let signedIn = SignedIn(
    user: UserProfile(id: "u", email: "zoe@exemple.fr", name: nil, createdAt: ""),
    accessToken: "a.b.c", refreshToken: "r", expiresAt: 0)

  @Test func areHttpOnlyAndLax() {
    let cookies = SessionCookies(isHTTPS: false)
    #expect(
      cookies.set(signedIn) == [
        "phoenix_session=a.b.c; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax",
        "phoenix_refresh=r; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax",
      ])
    #expect(
      cookies.clearing() == [
        "phoenix_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
        "phoenix_refresh=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax",
      ])
  }

  @Test func behindHTTPSAreSecureAndBoundToTheHost() {
    let cookies = SessionCookies(isHTTPS: true)
    #expect(
      cookies.set(signedIn) == [
        "__Host-phoenix_session=a.b.c; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure",
        "__Host-phoenix_refresh=r; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure",
      ])
    for cookie in cookies.set(signedIn) + cookies.clearing() { #expect(!cookie.contains("Domain")) }
  }

  @Test(
    arguments: [
      (["phoenix_session=a; phoenix_refresh=b"], "a", "b"),
      (["theme=dark;phoenix_refresh=b ;  phoenix_session=a"], "a", "b"),
      (["phoenix_session=a", "phoenix_refresh=b"], "a", "b"),
      (["phoenix_session=a; phoenix_session=z"], "a", nil),
      (["phoenix_session=a=="], "a==", nil),
      (["phoenix_session=; phoenix_refresh"], nil, nil),
      (["xphoenix_session=a; Phoenix_Session=b; phoenix_session2=c"], nil, nil),
      (["__Host-phoenix_session=a"], nil, nil), ([";;;=;"], nil, nil), ([""], nil, nil),
      ([], nil, nil),
    ] as [([String], String?, String?)])
  func areFoundAmongOthers(headers: [String], session: String?, refresh: String?) {
    let found = SessionCookies(isHTTPS: false).parse(headers)
    #expect(found.session == session)
    #expect(found.refresh == refresh)
  }

  /// A cookie without the prefix could have been set by a neighbouring subdomain.
  @Test func behindHTTPSOnlyThePrefixedCount() {
    let cookies = SessionCookies(isHTTPS: true)
    #expect(cookies.parse(["phoenix_session=evil"]).session == nil)
    #expect(
      cookies.parse(["phoenix_session=evil; __Host-phoenix_session=good"]).session == "good")
  }
}
