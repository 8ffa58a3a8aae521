import type { Words } from '../words';

const words: Words = {
  locale_: ['lt'],
  openChat_: 'Atidaryti pokalbį', hideChat_: 'Slėpti pokalbį', closeChat_: 'Užverti pokalbį',
  unread_: { one: '{n} nauja žinutė', few: '{n} naujos žinutės', other: '{n} naujų žinučių' },
  hello_: 'Sveiki! Kuo galime padėti?',
  intro_: 'Pasirinkite klausimą arba parašykite mums žemiau.',
  top_: 'Dažniausiai klausiama', search_: 'Ieškoti atsakymų',
  more_: 'Skaityti daugiau', newTab_: 'atsidaro naujoje kortelėje',
  away_: 'Šiuo metu nieko nėra. Palikite žinutę.',
  open_: 'Dabar dirbame', shut_: 'Dabar nedirbame', until_: 'Dirbame iki {time}', opens_: 'Dirbsime: {time}. Palikite žinutę.',
  connecting_: 'Jungiamės …', offline_: 'Nėra interneto ryšio. Ką parašysite, išsaugosime.',
  you_: 'Jūs', talk_: 'Pokalbis', write_: 'Parašykite žinutę', send_: 'Siųsti', person_: 'Kalbėti su žmogumi',
  asked_: 'Žmogus jau pakviestas',
  left_: { one: 'Liko {n} ženklas', few: 'Liko {n} ženklai', other: 'Liko {n} ženklų' },
  tooLong_: { one: '{n} ženklu per daug', few: '{n} ženklais per daug', other: '{n} ženklų per daug' },
  auto_: 'Automatinis atsakymas', helpful_: 'Ar tai padėjo?', yes_: 'Tai padėjo',
  glad_: 'Džiaugiamės, kad padėjo. Rašykite bet kada.', notHelped_: 'Toliau jums padės žmogus.',
  typing_: '{name} rašo', sending_: 'Siunčiama …', sent_: 'Išsiųsta', seen_: 'Perskaityta',
  notYet_: 'Dar neišsiųsta. Bandome toliau.',
  refused_: 'Tokios žinutės priimti negalime. Pakeiskite ją ir siųskite dar kartą.',
  blocked_: 'Kol kas jūsų žinučių čia priimti negalime. Susisiekite su mumis kitu būdu.',
  again_: 'Pradėti naują pokalbį',
  menu_: 'Meniu',
  back_: 'Grįžti į pokalbį', newest_: 'Naujausios žinutės',
};
export default words;
