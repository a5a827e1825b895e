import LoadTest
import Testing

@Suite struct CookieJarTests {
  @Test func setsReplacesAndRemoves() {
    var jar = CookieJar()
    jar.set("phoenix_session=a.b=c; Path=/; HttpOnly")
    jar.set("phoenix_refresh=r1; Max-Age=100")
    #expect(jar.header == "phoenix_session=a.b=c; phoenix_refresh=r1")
    jar.set("phoenix_session=new; Path=/")
    #expect(jar.header == "phoenix_session=new; phoenix_refresh=r1")
    jar.set("phoenix_session=; Path=/")
    jar.set("phoenix_refresh=x; max-age=0")
    #expect(jar.isEmpty && jar.header == "")
  }

  @Test func ignoresWhatIsNoCookie() {
    var jar = CookieJar()
    for field in ["", "novalue", "=x", "gone=; Path=/"] { jar.set(field) }
    #expect(jar.isEmpty)
    for index in 0..<100 { jar.set("c\(index)=1") }
    #expect(jar.header.split(separator: ";").count == 20)
  }
}
