from django.http import HttpResponse


def board(request, uid=None):
    return HttpResponse()


def move(request, uid=None):
    return HttpResponse()
