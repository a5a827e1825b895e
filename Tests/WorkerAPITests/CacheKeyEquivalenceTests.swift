import Testing
import WorkerAPI

/// Which questions are the same question.
@Suite struct CacheKeyEquivalenceTests {
  private func key(_ message: String) -> CacheKey? {
    ChatSendRequest(message: message, userID: "u", consent: true).cacheKey(
      model: "m", corpus: CorpusStamp(version: "v", validityDate: "2026-04-01"))
  }

  @Test(arguments: [
    "quel est le montant de l'aah ?", "QUEL EST LE MONTANT DE L'AAH ?",
    "  Quel  est le\tmontant de l'AAH\n?", "Quel est le montant de l’AAH ?",
    "Quel est le montant de l'AAH", "Quel est le montant de l'AAH ???",
    "Quel est le montant de l'AAH !",
    "« Quel est le montant de l'AAH ? »", "\"Quel est le montant de l'AAH ?\"",
    "Quel est le montant de l'AAH ? Merci", "Quel est le montant de l'AAH ? Merci beaucoup !",
    "Quel est le montant de l'AAH s'il vous plaît ?", "Quel est le montant de l'AAH svp",
    "Quel est le montant de l'AAH ? Cordialement", "Quèl ést le montant de l'ÂAH ?",
    "Quel est le montant de l'AAH\u{A0}?", "Quel est, le montant de l'AAH ?",
    "Quel est le montant (de l'AAH) ?", "- Quel est le montant de l'AAH ?",
    "'Quel est le montant de l'AAH ?'", "“Quel est le montant de l’AAH”",
    "Quel est le **montant** de l'AAH ?",
  ])
  func writingDoesNotCount(_ message: String) throws {
    #expect(
      try #require(key(message)) == (try #require(key("Quel est le montant de l'AAH ?"))))
  }

  @Test(arguments: [
    ("mon taux est de 50 %", "mon taux est de 80 %"),
    ("je peux travailler avec l'AAH", "je ne peux pas travailler avec l'AAH"),
    ("Quel est le montant de l'AAH ?", "Quel est le montant de l'AEEH ?"),
    ("AEEH pour un enfant de 8 ans", "AEEH pour un enfant de 18 ans"),
    ("la PCH pour mon fils", "la PCH pour ma fille"), ("la PCH pour moi", "la PCH pour lui"),
    ("l'AAH avec un salaire", "l'AAH sans salaire"), ("avant 20 ans", "après 20 ans"),
    ("800 € par mois", "8 000 € par mois"), ("1,5 part", "15 parts"),
    ("moins de 3 ans", "plus de 3 ans"),
    ("CMI stationnement", "CMI priorité"), ("j'ai droit", "j'ai jamais droit"),
    ("le 2 mars", "le 3 mars"), ("recours gracieux", "recours contentieux"),
    ("un enfant", "deux enfants"), ("plus d'aide", "pas d'aide"),
  ])
  func meaningDoes(_ one: String, _ other: String) throws {
    #expect(try #require(key(one)) != (try #require(key(other))))
  }
}
