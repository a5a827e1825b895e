import WorkerAPI

/// Finds the words of a text that decide: granted, partly, refused, put off, told.
///
/// Its patterns are made once for a letter: making one costs more than ten searches with it.
struct LetterVerdicts {
  /// Which way, and where it is said.
  struct Found: Sendable {
    let direction: LetterAnalysis.Decision.Direction
    let places: Range<Int>
    var detail: String?
    /// Words that grant where nothing else decides: `valable du … au …`.
    var isWeak = false
    /// What it decides stands behind it: `oriente vers …`.
    var isForward = false
  }

  private struct Pattern {
    var words: Regex<Substring>
    let direction: LetterAnalysis.Decision.Direction
    var detail: String?
    var isWeak = false
    var isForward = false
  }

  /// Words about what might be, about somebody else's refusal, about asking; they decide nothing.
  private var foretold =
    #/
        (?:est|sera|serait|etre|comme|repute[es]?|vaut|vaudra)\h(?:considere[es]*\hcomme\h)?(?:un
        \h|une\h)?(?:reputee?\h)?(?:rejetee?s?|refusee?s?|rejet\b|refus\b|un\hrejet|un\hrefus)
        |d'accord\b|\b(?:votre|leur)\haccord\b|au\hbenefice\hd
        |en\hcas\hde\h(?:rejet|refus)|(?:motifs?|lettre)\h(?:de|du)\h(?:rejet|refus)\b
        |(?:demande|sollicite)[a-z]*\h(?:a\h|le\h|du\h)?(?:benefici?er?\b|benefice\b|droit\b)
        |(?:annul|retir|abrog|contest|revien)[a-z]*\h(?:sur\h)?(?:sa|la|cette|votre|une)\h
        decision(?:\hde\h(?:rejet|refus))?
      /#
  private var nouns =
    #/
        (?:conditions?|criteres?|modalites?|duree|demandes?|examen|date)\h(?:d'|de\h|pour\hl')
        (?:attribution|octroi|ouverture|acceptation|accord|renouvellement|maintien)\b
      /#

  /// In this order: what is put off before what is refused in the same words; a refusal wins over
  /// the grant whose words it uses.
  private var patterns: [Pattern] = [
    Pattern(
      words: /(?:maintien[a-z]*|confirm[a-z]*) (?:sa|la|cette) decision(?: de (?:rejet|refus))?/,
      direction: .rejet),
    Pattern(
      words:
        #/
        pas\hencore\h(?:de\h)?(?:reponse|decision|prononce[a-z]*|statue|pu)|mise?s?\hde\hcote
        |\bn(?:e\h|')s'est\hpas\h(?:encore\h)?prononce[a-z]*|n'a\hpas\h(?:encore\h)?(?:pu\h)?
        statuer?|remi(?:s|se|t|ses)\h(?:[a-z']+\h){0,4}a\h
        (?:l'ordre\hdu\hjour|une\h(?:autre|prochaine|seance))
        |reserve\hsa\hdecision|laisse[es]*\hen\hsuspens|sera\hreexamine[es]*
      /#, direction: .sursis),
    Pattern(
      words:
        #/
        (?:accord|acced|accept|attribu|retenu|octroy|acc[uo]eilli)[a-z]*\h(?:[a-z']+\h){0,4}
        (?:en\hpartie|pour\hpartie|partiellement)|ne\hfait\hdroit\hqu
        |(?:sur|au\hlieu)\h(?:les|des)\h[0-9]+[a-z\h]{0,14}demande[es]*|satisfaite?s?\hen\hpartie
      /#, direction: .accordPartiel),
    Pattern(words: /sans objet/, direction: .information, detail: "sans objet"),
    Pattern(
      words:
        /trop[ -]percus?|\bindus?\b|(?:recu|percu|verse|paye)[a-z]* (?:a tort|trop)\b|\ben trop\b/,
      direction: .information, detail: "indu"),
    Pattern(
      words:
        #/
        suspendu[es]*\b|suspension[s]?\b|suspendons\b|interromp[a-z]+
        |\bm(?:et|ettons|is|ettra)\hfin\h[ad]
        |\bn(?:e\h|')[a-z'\h]{0,30}?\bplus\h(?:vers|paye|servi)[a-z]*
        |cess(?:e|era|ation)\h(?:de\h|du\h|d')(?:versement|paiement|etre\hverse)[a-z]*
      /#,
      direction: .information, detail: "suspension"),
    Pattern(
      words:
        #/
        \bn(?:e\h|')[a-z'\h,\-]{0,45}?\b(?:pas|plus|aucune?|ni)\b(?!\h(?:a|besoin)\b)[a-z'\h,\-]
        {0,60}?\b(?:accord|attribu|retenu|accept|reconn|renouvel|octroy|ouvert|ouvr|benefici
        |pretendre|suite|favorable|droit|condition|critere|elig|recevable|fonde|justifi|satisf
        |relev|remplie|reuni|donner|delivr|vers|abouti)[a-z]*
        (?:\h(?:(?:une|de)\hsuite\h|suite\h)?favorable[a-z]*)?
      /#, direction: .rejet),
    Pattern(
      words:
        #/
        \bn(?:e\h|')(?:fai[a-z]*|accord[a-z]*|attribu[a-z]*|reconnai[a-z]*|retien[a-z]*
        |renouvel[a-z]*|octroi[a-z]*|acced[a-z]*|accept[a-z]*|donn[a-z]*|deliv[a-z]*|valid[a-z]*
        |souscri[a-z]*|verser[a-z]*)\h(?:[a-z]+\h){0,2}(?:pas|plus|aucune?)\b(?:\h(?:droit|suite
        |favorable)[a-z]*)?
      /#, direction: .rejet),
    Pattern(
      words:
        #/
        \bn(?:e\h|')(?:peut|peuvent|pouvons|saurai[a-z]*|pourr[a-z]+|sera|seront|a\hpu|ont\hpu)\b
        [a-z'\h]{0,50}?
        \b(?:accord|attribu|retenu|accept|reconn|renouvel|octroy|ouvert|benefici|pretendre|suite
        |favorable|droit|donner|delivr|vers|abouti)[a-z]*
        (?:\h(?:(?:une|de)\hsuite\h|suite\h)?favorable[a-z]*)?
      /#, direction: .rejet),
    Pattern(
      words:
        #/
          (?:accord|avis|suite|decision|accorde[es]*|acceptee?s?)\hpartiel[a-z]*
          |partiellement\h[a-z]+
        /#,
      direction: .accordPartiel),
    Pattern(
      words:
        #/
        sursis(?:\ha\hstatuer)?|surse[a-z]+|sursoi[a-z]*|ajourn[a-z]*|\bdiffere[es]*\b
        |\breport(?:e|ee|ees|es|ons)\b|mise?s?\hen\hattente|en\hattente\hde\hdecision
      /#, direction: .sursis),
    Pattern(
      words:
        #/
      rejet[a-z]*|refus[a-z]*|defavorable[a-z]*|\bsupprime[es]*\b|class[a-z]+\hsans\hsuite
      |non\h(?:accorde|attribue|retenu|acquis)[a-z]*
      |desaccord|irrecevab[a-z]*|non[\h\-]recevoir|\hecarte[es]*\b|\bdeboute[a-z]*
    /#, direction: .rejet),
    Pattern(
      words: /mais (?:pas|non)\b|a l'exception d[eu]s?\b/, direction: .rejet, isForward: true),
    Pattern(
      words: /\boriente[er]?s?\b(?=[a-z' ]{0,60}\bvers\b)/, direction: .accord, isForward: true),
    Pattern(
      words:
        #/
      accord(?:e|ee|es|ees|er|ons|ent)?\b|attribu(?:e|ee|es|ees|er|ons|ent)\b
      |delivre[es]*\b|\bagree[es]*\b
      |\bfinance(?:e|es|nt)?\b|souscrit\b|donne\hsuite|reconnaitre\b[a-z'\h]{0,40}benefice
      |recours\hest\h(?:accueilli|fonde)|approuve[es]*\b
      |\b(?:a|ont|est|sont)\hvalide[es]*\b|\ballou[a-z]+\b
      |\ble\hmaintien\hde\b|pouvez\hpretendre|\bconced[a-z]*
      |favorable[a-z]*|accepte[es]*\b|acceptation|octroi\b|octroye[a-z]*|renouvele[es]*\b
      |renouvell(?:e|ent)\b|\bproroge[es]*\b
      |reconn(?:u|ue|us|ues|ait)\b|ouvre[a-z]*\h(?:vos\h|le\h|des\h|droit)|ouverture\h(?:de\h
      |du\h)|vous\hbeneficiez|vous\havez\hdroit|vous\houvrez\hdroit|maintenu[es]*\b
      |prolonge[es]*\b|\boui\b|fait\hdroit|faire\hdroit|avons\houvert|reconduit[es]*\b
    /#, direction: .accord),
    Pattern(
      words:
        #/
      prend[a-z]*\hen\hcharge|pris[es]*\hen\hcharge|\bverse[es]*\b|droits?\houverts?\b|benefice\b
      |\battribution\b|\bvalables?\b|\bouvert[es]*\b|notifions|\bnotifiee?s?\b|\bretenue?s?\b
      |\brenouvellement\b|\bpourr[a-z]+\h(?:ainsi\h)?beneficier\b
    /#, direction: .accord, isWeak: true),
    Pattern(words: /\bnon\b/, direction: .rejet, isWeak: true),
    Pattern(
      words: /\bn(?:e |')(?:relev|rempli|satisf|justifi|ouvr)[a-z]* (?:pas|plus|aucune?)\b/,
      direction: .rejet, isWeak: true),
  ]

  init() {
    // The usual kind takes `l'orienter` for one word.
    foretold = foretold.wordBoundaryKind(.simple)
    nouns = nouns.wordBoundaryKind(.simple)
    for index in patterns.indices {
      patterns[index].words = patterns[index].words.wordBoundaryKind(.simple)
    }
  }

  /// Verdicts in the order of the text; weak ones only where there is no other.
  func find(in plain: String) -> [Found] {
    var (text, original) = FoldedText.flat(plain)
    var found: [Found] = []
    text.replace(foretold) {
      let words = String($0.output)
      // `est rejetée` decides; `considérée comme rejetée`, `réputé rejeté` foretell.
      let decides = words.hasPrefix("est rejet") || words.hasPrefix("est refus")
      return decides ? words : String(repeating: "_", count: words.count)
    }
    text.replace(nouns) { match in
      let noun = match.output.prefix { $0 != " " }
      return String(noun) + String(repeating: "_", count: match.output.count - noun.count)
    }
    for pattern in patterns {
      let matches = text.matches(of: pattern.words)
      guard !matches.isEmpty else { continue }
      for match in matches {
        let lower = text.utf8.distance(from: text.startIndex, to: match.range.lowerBound)
        let places = original[lower]..<original[lower + match.output.utf8.count]
        found.append(
          Found(
            direction: pattern.direction, places: places, detail: pattern.detail,
            isWeak: pattern.isWeak, isForward: pattern.isForward))
      }
      // What was taken says nothing else.
      text.replace(pattern.words) { String(repeating: "_", count: $0.output.count) }
    }
    if found.contains(where: { !$0.isWeak }) { found.removeAll(where: \.isWeak) }
    return found.sorted { $0.places.lowerBound < $1.places.lowerBound }
  }
}
