/* The recorded visitors that ship. A turn is who speaks and what; where an agent spoke, the visitor waits for this agent's own words. */

export type Turn = ['visitor' | 'agent', string];

export interface Dialogue {
  name: string;
  lang: string;
  visitor: string;
  turns: Turn[];
}

export const DIALOGUES: Dialogue[] = [
  {
    name: 'parcel', lang: 'en', visitor: 'Martin',
    turns: [
      ['visitor', 'Hi, my parcel was due on Monday and it is still not here'],
      ['visitor', 'Order 20418'],
      ['agent', 'Let me look at it.'],
      ['visitor', 'The tracking page has said "handed to the carrier" for four days now. Is it lost?'],
      ['agent', 'I am asking the carrier.'],
      ['visitor', 'I need it by Friday, it is a birthday present for my daughter. Can you promise that?'],
      ['agent', 'Here is what I can do.'],
      ['visitor', 'OK, if you can send another one by express, that works for me. Who pays for that?'],
      ['agent', 'We do.'],
      ['visitor', 'Great, thank you! Then I will keep an eye on my mail.'],
    ],
  },
  {
    name: 'angry', lang: 'en', visitor: 'Mrs Doyle',
    turns: [
      ['visitor', 'This is the THIRD time I write to you about the broken lamp!!!'],
      ['agent', 'I am sorry.'],
      ['visitor', 'Sorry does not help me. Your colleague said somebody would call me, and nobody did.'],
      ['agent', 'I have read it all.'],
      ['visitor', 'So what happens now? And please do not tell me to look on your website.'],
      ['agent', 'Here is what happens.'],
      ['visitor', 'Fine. But I want the money back, no other lamp.'],
      ['agent', 'You get it back.'],
      ['visitor', 'When exactly will I have it?'],
      ['agent', 'By then.'],
      ['visitor', 'All right. I hope this time it is true. Thanks for not making me explain it all again.'],
    ],
  },
  {
    name: 'vague', lang: 'en', visitor: 'Sam',
    turns: [
      ['visitor', 'hello it doesnt work'],
      ['agent', 'What does not work?'],
      ['visitor', 'the thing i bought'],
      ['agent', 'Which one is it?'],
      ['visitor', 'the shelf. one of the screws is to short i think'],
      ['agent', 'I can send you screws.'],
      ['visitor', 'ah maybe its the wrong bag. there is bag A and bag C but no B'],
      ['agent', 'Then bag B is on its way.'],
      ['visitor', 'cool thanks. do i need to pay?'],
      ['agent', 'No.'],
      ['visitor', 'nice, bye'],
    ],
  },
  {
    name: 'grazinimas', lang: 'lt', visitor: 'Rūta',
    turns: [
      ['visitor', 'Labas, norėčiau grąžinti batus, netiko dydis'],
      ['agent', 'Padėsiu.'],
      ['visitor', 'Pirkau prieš tris savaites, dėžutę deja išmečiau. Ar dar galima?'],
      ['agent', 'Galima.'],
      ['visitor', 'O gal galite iškart pakeisti į 39 dydį? Man jų reikia šeštadieniui.'],
      ['agent', 'Patikrinu.'],
      ['visitor', 'Puiku. Kaip man juos atsiųsti?'],
      ['agent', 'Siunčiu lipduką.'],
      ['visitor', 'Gavau, ačiū, labai greitai!'],
    ],
  },
  {
    name: 'saskaita', lang: 'lt', visitor: 'Jonas',
    turns: [
      ['visitor', 'Nuo kortelės nuskaitė du kartus!'],
      ['visitor', 'Užsakymas 31077, 84,90 €'],
      ['agent', 'Žiūriu.'],
      ['visitor', 'Tai pinigai jau dingo ar dar grįš?'],
      ['agent', 'Grįš.'],
      ['visitor', 'Per kiek laiko? Man rytoj mokėti nuomą.'],
      ['agent', 'Paaiškinu.'],
      ['visitor', 'Gerai, parašykite man el. paštu, kai išsiųsite. Ačiū.'],
    ],
  },
  {
    name: 'zwrot', lang: 'pl', visitor: 'Ewa',
    turns: [
      ['visitor', 'Dzień dobry, dostałam inny kolor, niż zamawiałam'],
      ['agent', 'Już sprawdzam.'],
      ['visitor', 'Zamówienie 5521, miał być zielony, przyszedł szary.'],
      ['agent', 'Wyślemy właściwy.'],
      ['visitor', 'A co mam zrobić z tym szarym? Nie chcę płacić za odesłanie.'],
      ['agent', 'Nic Pani nie płaci.'],
      ['visitor', 'Świetnie, dziękuję za szybką pomoc.'],
    ],
  },
];
