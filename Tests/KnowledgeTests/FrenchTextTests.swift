import Knowledge
import Testing

@Suite struct FrenchTextTests {
  @Test(arguments: [
    ("Quel est le montant de l'AAH ?", "quel est le montant de l'aah"),
    ("  QUEL EST\tle montant\nde l’AAH ?? ", "quel est le montant de l'aah"),
    ("Quel est le montant de l'AAH\u{202F}? Merci d'avance !", "quel est le montant de l'aah"),
    ("Quel est le montant de l'AAH s'il vous plaît", "quel est le montant de l'aah"),
    ("Quel est le montant de l'AAH svp, merci.", "quel est le montant de l'aah"),
    ("quel est le montant de l`AAH, cordialement", "quel est le montant de l'aah"),
    ("Ma sœur, son œil et Lætitia", "ma soeur, son oeil et laetitia"),
    ("Mon bébé né à Noël, où ça ?", "mon bebe ne a noel, ou ca"),
    ("Mon be\u{301}be\u{301} ne\u{301}", "mon bebe ne"),
    ("1\u{A0}041,59 € ?", "1 041,59 €"),
    ("Et sans la PCH ?", "et sans la pch"), ("Non merci", "non"),
    ("Ce n'est pas l'AEEH, si ?", "ce n'est pas l'aeeh, si"),
    ("Merci", "merci"), ("?", "?"), ("", ""), ("Zoé\u{200B}\u{AD} !", "zoe"),
    ("Ça dure 2 ans...", "ca dure 2 ans"), ("ĄĘ Ňandú Ö", "ae nandu o"),
  ])
  func normalisesForTheCache(text: String, key: String) {
    #expect(FrenchText.cacheNormalised(text) == key)
  }

  /// Two questions that may have two answers stay two.
  @Test(arguments: [
    ("J'ai un taux de 50 %", "J'ai un taux de 80 %"),
    ("L'AAH est imposable ?", "L'AEEH est imposable ?"),
    ("L'AAH est imposable ?", "L'AAH n'est pas imposable ?"),
    ("J'y ai droit", "Je n'y ai pas droit"),
    ("Mon aidant peut demander", "Mon aide peut demander"), ("avec la PCH", "sans la PCH"),
    ("à 16 ans", "à 20 ans"), ("153,01 €", "151,80 €"), ("CMI priorité", "CMI invalidité"),
    ("Merci de m'aider", "de m'aider"), ("1 041 €", "10 41 €"),
  ])
  func keepsApartForTheCache(one: String, other: String) {
    #expect(FrenchText.cacheNormalised(one) != FrenchText.cacheNormalised(other))
  }

  @Test(arguments: [
    "Quel est le montant ? Merci !", "svp svp svp", "merci, merci d'avance.", "«\u{A0}Œuvre\u{A0}»",
    "한국어 질문", "e\u{301}\u{323} ẹ́", "سؤال عن الإعاقة؟", "…", "ΑΣ İI ß ﬁ", "a\u{300}",
  ])
  func normalisingTwiceChangesNothing(_ text: String) {
    let once = FrenchText.cacheNormalised(text)
    #expect(FrenchText.cacheNormalised(once) == once)
  }

  /// Bytes, not only canonical equivalence: the key is hashed.
  @Test(arguments: [
    ("é", "e\u{301}"), ("한", "\u{1112}\u{1161}\u{11AB}"), ("ắ", "a\u{306}\u{301}"),
    ("س\u{651}\u{64E}", "س\u{64E}\u{651}"), ("й", "и\u{306}"),
  ])
  func givesTheSameBytesForBothForms(composed: String, decomposed: String) {
    #expect(
      Array(FrenchText.cacheNormalised("x " + composed).utf8)
        == Array(FrenchText.cacheNormalised("x " + decomposed).utf8))
  }

  @Test(arguments: [
    ("Quel est le montant de l'AAH ?", "combien laah"),
    ("macaron", "carte de stationnement"), ("carte de stationnement", "CMI stationnement"),
    ("on conteste", "recours"), ("mon mari", "mon conjoint"), ("ma fille", "un enfant"),
    ("mon patron", "l'employeur"), ("combien", "le montant"), ("combien de temps", "la durée"),
    ("kel age", "quel âge"), ("ki paye", "qui verse"), ("jusqu'à quand", "durée"),
    ("allocation aux adultes handicapés", "AAH"), ("A.A.H.", "aah"), ("aeh", "AEEH"),
    ("prestation de compensation", "pch"), ("trop-perçu", "indu"),
    ("allocation d'éducation de l'enfant handicapé", "l'AEEH"), ("stationement", "stationnement"),
    ("renouvellement", "renouveler"), ("demandées", "la demande"), ("voiture", "véhicules"),
  ])
  func readsAsTheSame(typed: String, meant: String) {
    let terms = Set(FrenchText.searchTerms(typed))
    #expect(!terms.isDisjoint(with: FrenchText.searchTerms(meant)), "\(terms)")
  }

  @Test(arguments: [
    ("aidant", "aide"), ("aah", "aeeh"), ("combien de temps", "combien"), ("refus", "recours"),
    ("enfant", "adulte"), ("priorité", "invalidité"),
  ])
  func keepsApartForSearch(one: String, other: String) {
    #expect(
      Set(FrenchText.searchTerms(one)).isDisjoint(with: FrenchText.searchTerms(other)),
      "\(FrenchText.searchTerms(one))")
  }

  @Test func leavesOutWhatSaysNothing() {
    #expect(
      FrenchText.searchTerms("Est-ce que je peux, s'il vous plaît, avoir ce que c'est ?") == [])
    #expect(FrenchText.searchTerms("") == [])
  }

  @Test func keepsNumbersWhole() {
    let terms = FrenchText.searchTerms("1 041,59 € et 12 499,08 € par 2026-229, 10\u{202F}000 €")
    for number in ["1041,59", "12499,08", "2026-229", "10000"] { #expect(terms.contains(number)) }
  }

  @Test func boundsItsWork() {
    let flood = String(repeating: "l'a'é.1 ", count: 100_000)
    #expect(FrenchText.searchTerms(flood).count <= 4000)
  }
}
