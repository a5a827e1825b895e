/// The spelling of text messages, and what is glued together in them. Folded forms.
enum FrenchSpelling {
  /// Pairs of a written form and what it stands for.
  static let corrections: [String: [String]] = {
    var table: [String: [String]] = [:]
    for line in pairs.split(separator: ",") {
      let sides = line.split(separator: "=")
      guard sides.count == 2 else { continue }
      let written = sides[0].split(separator: " ").joined(separator: " ")
      table[written] = sides[1].split(separator: " ").map(String.init)
    }
    return table
  }()

  private static let pairs = """
    kel=quel, kelle=quelle, kels=quels, qel=quel, ki=qui, kan=quand, kand=quand, koi=quoi, \
    pk=pourquoi, pq=pourquoi, pkoi=pourquoi, pourkoi=pourquoi, coment=comment, commen=comment, \
    koman=comment, komen=comment, cmt=comment, cb=combien, cmb=combien, conbien=combien, \
    combiens=combien, konbien=combien, kombien=combien, comien=combien, jveux=je veux, \
    jvoudrai=je voudrais, jvoudrais=je voudrais, jpeux=je peux, jpeu=je peux, jai=j ai, jsuis=je \
    suis, chui=je suis, chuis=je suis, jfais=je fais, jdois=je dois, jgagne=je gagne, jtouche=je \
    touche, jtravaille=je travaille, yaura=il y aura, ya=il y a, yatil=il y a, til=t il, \
    fo=faut, faudrai=faudrait, fautil=faut il, esque=est ce que, esk=est ce que, eske=est ce \
    que, estce=est ce, ski=ce qui, cki=c est qui, kon=qu on, kil=qu il, kelage=quel age, \
    qd=quand, ke=que, ds=dans, ac=avec, avk=avec, pr=pour, tt=tout, bcp=beaucoup, rdv=rendez \
    vous, tjs=toujours, tjr=toujours, jms=jamais, pdt=pendant, pb=probleme, pblm=probleme, \
    mtn=maintenant, c=c est, ct=c etait, g=j ai, ns=nous, vs=vous, mm=meme, ms=mais, \
    certif=certificat, certifica=certificat, doc=document, docs=documents, dosier=dossier, \
    dossie=dossier, handi=handicap, andicape=handicape, andicap=handicap, hadicape=handicape, \
    handicaper=handicape, handicapper=handicape, handicappe=handicape, alloc=allocation, \
    allocs=allocations, alocation=allocation, allok=allocation, presta=prestation, \
    recour=recours, recourt=recours, conte=contre, contr=contre, letre=lettre, \
    recomande=recommandee, recomandee=recommandee, reco=recommandee, lrar=lettre recommandee \
    avis reception, ar=accuse reception, appart=appartement, aeh=aeeh, aaeh=aeeh, aeehh=aeeh, \
    eaeh=aeeh, ahh=aah, aha=aah, haa=aah, rqht=rqth, rtqh=rqth, qrth=rqth, rqt=rqth, rqhth=rqth, \
    phc=pch, pcch=pch, hpc=pch, cim=cmi, mdhp=mdph, mpdh=mdph, mdpf=mdph, laah=aah, laha=aah, \
    lahah=aah, laeeh=aeeh, lapch=pch, larqth=rqth, lacmi=cmi, lamdph=mdph, lacaf=caf, daah=aah, \
    daeeh=aeeh, laeh=aeeh, euro=euros, eur=euros, peu=peut, peus=peux, veu=veut, veus=veux, \
    fau=faut, doi=doit, avoire=avoir, vien=vient, fai=fait, tps=temps, tmps=temps, \
    trib=tribunal, boulo=boulot, jor=jour, anne=annee, ptit=petit, ptite=petite, pa=pas, \
    fe=fait, fair=faire, mo=mot, enlign=en ligne, enligne=en ligne, cdaf=cdaph, cdap=cdaph, \
    doption=d option, ces=c est, sa=ca, kes=qu est ce, keske=qu est ce que, kesk=qu est ce que, \
    keskil=qu est ce qu il, kest=qu est, jperd=je perds, jariv=j arrive, jarive=j arrive, \
    jarrive=j arrive, maide=m aider, jeleve=j eleve, lecole=l ecole, lhopital=l hopital, lesat=l \
    esat, lime=l ime, lulis=l ulis, lajpp=l ajpp, lajpa=l ajpa, lapa=l apa, lava=l ava, lavs=l \
    avs, davs=d avs, laesh=l aesh, daesh=d aesh, laspa=l aspa, lamva=la mva, lageph=l agefiph, \
    indiv=individuelle, prioritere=prioritaire, deure=d heures, deures=d heures, tem=temps, \
    vi=vie, ts=tous, kk=quelque, qq=quelque, maretter=m arreter, jarete=j arrete, cest=c est, \
    jme=je me, jte=je te, jle=je le, esh=aesh
    """
}
