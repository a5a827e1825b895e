import Gateway
import Testing

@Suite struct EmailAddressTests {
  @Test func acceptsAndNormalises() {
    for (raw, text) in [
      ("zoe@exemple.fr", "zoe@exemple.fr"), (" ZOE@Exemple.FR\n", "zoe@exemple.fr"),
      ("zoe+tag@sous.exemple.co.uk", "zoe+tag@sous.exemple.co.uk"),
      ("ZOE\u{301}@exemple.fr", "zoé@exemple.fr"), ("o'neil@exemple.fr", "o'neil@exemple.fr"),
      ("zoe@écolé.fr", "zoe@écolé.fr"), ("a@b.c", "a@b.c"),
    ] {
      #expect(EmailAddress(raw).map { Array($0.text.utf8) } == Array(text.utf8))
    }
  }

  @Test func refusesWhatNoMailReaches() {
    for raw in [
      "", "@", "zoe", "zoe@", "@exemple.fr", "zoe@exemple", "zoe@@exemple.fr", "a@b@exemple.fr",
      "zo e@exemple.fr", "zoe@exem ple.fr", "zoe@exemple..fr", "zoe@.exemple.fr", "zoe@exemple.fr.",
      "zoe@-exemple.fr", "zoe@exemple-.fr", "zoe@exemple.fr\r\nBcc: eve@exemple.fr",
      "zoe\u{0}@exemple.fr", "zo\u{200b}e@exemple.fr", "<zoe@exemple.fr>", "a,zoe@exemple.fr",
      "\"zoe\"@exemple.fr", "zoe@[192.0.2.1]", "zoe@exem_ple.fr",
      String(repeating: "a", count: 65) + "@exemple.fr",
      "zoe@" + String(repeating: "a.", count: 130) + "fr",
    ] { #expect(EmailAddress(raw) == nil) }
  }
}
