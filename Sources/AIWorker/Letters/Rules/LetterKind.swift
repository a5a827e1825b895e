/// What sort of letter it is; the raw value is the `type` of the contract.
enum LetterKind: String, Sendable, CaseIterable {
  case notificationCDAPH = "notification-cdaph"
  case notificationCMI = "notification-cmi"
  case decisionRAPO = "decision-rapo"
  case pieces = "demande-pieces"
  case receipt = "accuse-reception"
  case summons = "convocation"
  case proposal = "proposition-plan"
  case cafPayment = "caf-paiement"
  case cafDebt = "caf-indu"
  case cafNotification = "caf-notification"
  case department = "notification-departement"
  case reminder = "rappel-renouvellement"
  case school = "courrier-scolaire"
  case court = "tribunal"
  case other = "autre"

  /// Judges by what the letter says; `subject` is its line `Objet`, and counts first.
  init(plain: String, subject: String) {
    let text = String(plain.map { $0 == "\n" || $0 == "\t" ? " " : $0 })
    let head = String(text.prefix(600))
    let isCAF = head.contains(/\bcaf\b|allocations familiales|\bmsa\b|mutualite sociale agricole/)
    let isSchool = head.contains(
      /academie\b|dsden|rectorat|education nationale|inspection d'academie/)
    let isDepartment = head.contains(/conseil departemental|departement (?:du|de|des)\b/)
    let isReminder =
      subject.contains(/renouveler|renouvellement|arrivent a echeance|fin de (?:vos|votre) droit/)
      && text.contains(
        /invit(?:e|ons)|pensez|demander le renouvellement|nouvelle demande|deposez votre/)
    let isCourt = head.contains(/tribunal judiciaire|pole social|greffe|cour d'appel/)
    let isCards =
      text.contains(/carte mobilite inclusion|\bcmi\b/)
      && (subject.contains(/carte|cmi/)
        || head.contains(/departement du|departement de|conseil departemental/))
    let decides = text.contains(
      /cdaph|commission des droits|notification de decision|accord\b|rejet\b|refuse|decide/)
    // Papers asked for by a commission that has met are part of what it decided.
    let isPutOff =
      text.contains(/surse[a-z]+|sursis|ajourn|decision reportee/)
      && text.contains(/cdaph|commission/)
    let isOwed = text.contains(/trop[ -]percu/) && text.contains(/redevable|titre de recette/)
    if isCourt, !head.contains("mdph") {
      self = .court
    } else if isOwed {
      self = .cafDebt
    } else if isCAF {
      if subject.contains(/trop[ -]percu|indu|remboursement|dette|creance/)
        || text.contains(/trop[ -]percu|vous devez nous rembourser|\bindu\b/)
      {
        self = .cafDebt
      } else if subject.contains(/paiement|attestation|versement/)
        || text.contains(
          #/
            attestation\hde\hpaiement|paye\hle|verse\hle|releve\hde\hvos\hprestations
            |total\hverse|date\hde\hpaiement
          /#
        )
      {
        self = .cafPayment
      } else if text.contains(
        /il (?:nous )?manque|pieces? (?:manquante|justificative)s?|completer votre/),
        !text.contains(/suspendu|suspension|suspendons|arret de vos (?:versements|droits)/)
      {
        self = .pieces
      } else {
        self = .cafNotification
      }
    } else if !isPutOff,
      subject.contains(/incomplet|pieces?\b|completer|justificatif/)
        || text.contains(
          /dossier (?:est )?incomplet|il (?:nous )?manque|pieces? (?:manquante|complementaire)s?/)
    {
      self = .pieces
    } else if subject.contains(
      #/
        accuse\hde\hreception|accuse\hreception|reception\hde\hvotre|dossier\h(?:est\h)?complet
        |recevabilite
      /#
    )
      || text.contains(/accusons reception|accuse de reception|sera consideree? comme rejetee/)
    {
      self = .receipt
    } else if subject.contains(/rendez-vous|convocation|entretien|visite|evaluation/)
      || text.contains(
        #/
          vous\h(?:etes\h)?(?:convie|convoque)[es]*\h|vous\hetes\hinvitee?s?\h
          |rendez-vous\h(?:est\hfixe|le|avec)\b
        /#
      )
    {
      self = .summons
    } else if subject.contains(
      /plan (?:personnalise|de compensation)|proposition|\bppc\b|droit d'option|choix/)
    {
      self = .proposal
    } else if isSchool, !head.contains("mdph") {
      self = .school
    } else if isReminder {
      self = .reminder
    } else if isCards {
      self = .notificationCMI
    } else if subject.contains(/recours/)
      || text.contains(/votre recours (?:administratif|prealable|du)/)
    {
      self = .decisionRAPO
    } else if isDepartment, !head.contains(/mdph|maison departementale des personnes/) {
      self = .department
    } else if decides, text.contains(/cdaph|mdph|commission des droits|maison departementale/) {
      self = .notificationCDAPH
    } else {
      self = .other
    }
  }

  /// What it is called in French, for the summary.
  var french: String {
    switch self {
    case .notificationCDAPH: "Décision de la CDAPH"
    case .notificationCMI: "Décision sur la carte mobilité inclusion"
    case .decisionRAPO: "Réponse à votre recours"
    case .pieces: "Demande de pièces"
    case .receipt: "Accusé de réception de votre dossier"
    case .summons: "Convocation ou rendez-vous"
    case .proposal: "Proposition de plan"
    case .cafPayment: "Attestation de paiement"
    case .cafDebt: "Demande de remboursement d'un trop-perçu"
    case .cafNotification: "Notification de l'organisme payeur"
    case .department: "Courrier du département"
    case .reminder: "Rappel : des droits arrivent à leur fin"
    case .school: "Courrier de l'académie"
    case .court: "Courrier du tribunal"
    case .other: "Courrier"
    }
  }
}
