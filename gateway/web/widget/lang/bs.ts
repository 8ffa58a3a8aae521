import type { Words } from '../words';

const words: Words = {
  // Chromium knows the name bs but neither its months nor its numbers; sr-Latn has the same ones.
  locale_: ['sr-Latn-BA', 'sr-Latn', 'hr'],
  openChat_: 'Otvori razgovor', hideChat_: 'Sakrij razgovor', closeChat_: 'Zatvori razgovor',
  unread_: { one: '{n} nova poruka', few: '{n} nove poruke', other: '{n} novih poruka' },
  hello_: 'Dobro došli! Kako vam možemo pomoći?',
  intro_: 'Odaberite pitanje ili nam pišite ispod.',
  top_: 'Najčešća pitanja', search_: 'Pretraži odgovore',
  more_: 'Pročitaj više', newTab_: 'otvara se u novoj kartici',
  away_: 'Trenutno nema nikoga. Ostavite nam poruku.',
  open_: 'Tu smo', shut_: 'Trenutno ne radimo', until_: 'Radimo do {time}', opens_: 'Radimo opet: {time}. Ostavite poruku.',
  connecting_: 'Povezivanje …', offline_: 'Niste na mreži. Čuvamo ono što napišete.',
  you_: 'Vi', talk_: 'Razgovor', write_: 'Napišite poruku', send_: 'Pošalji', person_: 'Razgovaraj s osobom',
  asked_: 'Kolega je pozvan',
  left_: { one: 'Još {n} znak', few: 'Još {n} znaka', other: 'Još {n} znakova' },
  tooLong_: { one: '{n} znak previše', few: '{n} znaka previše', other: '{n} znakova previše' },
  auto_: 'Automatski odgovor', helpful_: 'Je li ovo pomoglo?', yes_: 'Pomoglo je',
  glad_: 'Drago nam je da je pomoglo. Pišite kad god želite.', notHelped_: 'Dalje vam pomaže naš kolega.',
  typing_: '{name} piše', sending_: 'Šaljemo …', sent_: 'Poslano', seen_: 'Pročitano',
  notYet_: 'Još nije poslano. Pokušavamo i dalje.',
  refused_: 'Ovu poruku ne možemo primiti u ovom obliku. Izmijenite je i pošaljite ponovo.',
  blocked_: 'Trenutno ovdje ne možemo primati vaše poruke. Obratite nam se na drugi način.',
  again_: 'Započni novi razgovor',
  menu_: 'Meni',
  back_: 'Nazad na razgovor', newest_: 'Najnovije poruke',
};
export default words;
